-- Takes the received card unless the stored one is pending for the client (its
-- usn is from ?19 to ?20) and not older than the received one.
INSERT INTO cards (id, nid, did, ord, mod, usn, type, queue, due, ivl, factor, reps, lapses, left,
                   odue, odid, flags, data)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
ON CONFLICT (id) DO UPDATE SET
    nid = excluded.nid,
    did = excluded.did,
    ord = excluded.ord,
    mod = excluded.mod,
    usn = excluded.usn,
    type = excluded.type,
    queue = excluded.queue,
    due = excluded.due,
    ivl = excluded.ivl,
    factor = excluded.factor,
    reps = excluded.reps,
    lapses = excluded.lapses,
    left = excluded.left,
    odue = excluded.odue,
    odid = excluded.odid,
    flags = excluded.flags,
    data = excluded.data
WHERE usn NOT BETWEEN ?19 AND ?20 OR excluded.mod > mod
