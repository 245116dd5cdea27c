SELECT fname, usn, csum, size
FROM media
WHERE usn > ?
ORDER BY usn, fname
LIMIT ?;
