-- Who is being asked by a mail whether it arrives (bounce.probe): the notice's edition, and when it was
-- queued.
CREATE TABLE probe (
    subscriber BIGINT PRIMARY KEY,
    edition BIGINT NOT NULL,
    queued BIGINT NOT NULL
);
