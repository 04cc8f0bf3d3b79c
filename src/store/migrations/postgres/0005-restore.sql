-- A database that came out of a backup is in quarantine until somebody releases it: nothing is
-- claimed while a row here has no `released` (store/backup.h). taken is when the backup was made.
CREATE TABLE restore (
    id BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    taken BIGINT NOT NULL,
    source TEXT NOT NULL,
    released BIGINT
);
INSERT INTO id_counter (kind, last) VALUES ('restore', 0);
