INSERT INTO media (fname, csum, size, usn, mtime)
SELECT fname, csum, coalesce(sz, 0), usn, coalesce(deleted, 0)
FROM media_3
WHERE csum IS NOT NULL;
INSERT INTO meta (last_usn, total_bytes, total_nonempty_files)
SELECT coalesce(max(usn), 0), coalesce(sum(size), 0), coalesce(sum(size > 0), 0)
FROM media;
DROP TABLE media_3;
DROP TABLE meta_3;
