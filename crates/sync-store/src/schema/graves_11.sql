-- Deletions up to schema 17: no key, so one may be listed twice.
CREATE TABLE graves (
  usn integer NOT NULL,
  oid integer NOT NULL,
  type integer NOT NULL
);
