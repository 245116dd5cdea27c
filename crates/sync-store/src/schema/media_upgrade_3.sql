-- From user_version 3 to the tables of media.sql, which are created between
-- the two parts of this step. Its `deleted` held a time.
DROP INDEX IF EXISTS ix_usn;
ALTER TABLE media RENAME TO media_3;
ALTER TABLE meta RENAME TO meta_3;
