-- Back to the queue of the card's type. A learning card whose due value is a
-- time (above 1000000000) learns within the day, another one over days. A due
-- value beyond 32 bits is read as 0 by clients.
UPDATE cards
SET queue = CASE
        WHEN type = 0 THEN 0
        WHEN type = 2 THEN 2
        WHEN due BETWEEN 1000000001 AND 2147483647 THEN 1
        ELSE 3
    END
-- Looked for in an index, which is a quarter of the table.
WHERE id IN (SELECT id FROM cards WHERE queue IN (-2, -3))
