-- Tags in schemas 14 to 16.
CREATE TABLE tags (
  tag text NOT NULL PRIMARY KEY COLLATE unicase,
  usn integer NOT NULL
) WITHOUT ROWID;
