INSERT INTO device (account_id, key_hash, client_version, address, created, last_used)
VALUES (:account_id, :key_hash, :client_version, :address, :created, :created);
