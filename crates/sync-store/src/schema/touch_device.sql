UPDATE device
SET last_used = max(last_used, :now),
    client_version = coalesce(nullif(:client_version, ''), client_version),
    address = coalesce(nullif(:address, ''), address)
WHERE id = :id;
