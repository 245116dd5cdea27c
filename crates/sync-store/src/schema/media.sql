-- media.db, user_version 4: exactly the layout of the official server.
CREATE TABLE media (
  fname text NOT NULL PRIMARY KEY,
  csum blob NOT NULL,
  -- 0 marks a deleted file; its csum is kept.
  size int NOT NULL,
  usn int NOT NULL,
  mtime int NOT NULL
);
CREATE TABLE meta (
  last_usn int NOT NULL,
  total_bytes int NOT NULL,
  total_nonempty_files int NOT NULL
);
CREATE INDEX ix_usn ON media (usn);
