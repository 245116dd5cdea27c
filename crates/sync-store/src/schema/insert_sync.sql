INSERT INTO sync_history (
  account_id, device_id, client_version, kind, started, duration_ms,
  up_bytes, down_bytes, up_counts, down_counts, result
)
VALUES (
  :account_id, (SELECT id FROM device WHERE id = :device_id), :client_version, :kind, :started,
  :duration_ms, :up_bytes, :down_bytes, :up_counts, :down_counts, :result
);
