-- server.db, first layout. Times are milliseconds since the epoch, UTC.
-- Ids are never used again: a request that began before its account or device went must
-- not be taken for one of another.
CREATE TABLE account (
  id integer PRIMARY KEY AUTOINCREMENT,
  name text NOT NULL,
  -- The name without regard to case and Unicode form.
  name_key text NOT NULL UNIQUE,
  -- Name of the account's folder inside the storage folder.
  folder text NOT NULL,
  folder_key text NOT NULL UNIQUE,
  -- Set while the folder is being renamed, see account.rs.
  renaming_to text,
  password_phc text,
  origin text NOT NULL CHECK (origin IN ('window', 'environment')),
  enabled integer NOT NULL,
  created integer NOT NULL
);
CREATE TABLE device (
  id integer PRIMARY KEY AUTOINCREMENT,
  account_id integer NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  -- SHA-256 of the host key.
  key_hash blob NOT NULL UNIQUE,
  client_version text NOT NULL,
  address text NOT NULL,
  label text,
  created integer NOT NULL,
  last_used integer NOT NULL
);
CREATE INDEX device_by_use ON device (account_id, last_used);
CREATE TABLE sync_history (
  id integer PRIMARY KEY,
  account_id integer NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  device_id integer REFERENCES device (id) ON DELETE SET NULL,
  client_version text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('normal', 'upload', 'download', 'media')),
  started integer NOT NULL,
  duration_ms integer NOT NULL,
  up_bytes integer NOT NULL,
  down_bytes integer NOT NULL,
  -- Numbers of objects each way, as JSON objects.
  up_counts text NOT NULL,
  down_counts text NOT NULL,
  result text NOT NULL
);
CREATE INDEX sync_history_by_account ON sync_history (account_id, id);
CREATE INDEX sync_history_by_device ON sync_history (device_id);
CREATE TABLE setting (
  key text PRIMARY KEY,
  value text NOT NULL
) WITHOUT ROWID;
