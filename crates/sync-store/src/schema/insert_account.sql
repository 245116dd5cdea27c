INSERT INTO account (name, name_key, folder, folder_key, password_phc, origin, enabled, created)
VALUES (:name, :name_key, :folder, :folder_key, :password_phc, :origin, 1, :created);
