SELECT * FROM sync_history
WHERE ?1 IS NULL OR account_id = ?1
ORDER BY id DESC
LIMIT ?2;
