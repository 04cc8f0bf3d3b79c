-- What became of an edition's messages since it was last let go, for the breaker (outcome/breaker.h).
CREATE TABLE edition_tally (
    edition BIGINT PRIMARY KEY,
    sent BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    blocked BIGINT NOT NULL
);
