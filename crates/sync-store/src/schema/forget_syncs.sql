DELETE FROM sync_history
WHERE account_id = ?1
  AND id <= (
    SELECT id FROM sync_history WHERE account_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2
  );
