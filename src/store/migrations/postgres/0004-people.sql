-- The twin of ../0004-people.sql in PostgreSQL's dialect; what the columns mean stands there.

ALTER TABLE subscription ADD COLUMN paused_until BIGINT NOT NULL DEFAULT 0;

ALTER TABLE subscriber ADD COLUMN erased BIGINT;
CREATE INDEX subscriber_erased ON subscriber (hash) WHERE erased IS NOT NULL;

ALTER TABLE batch ADD COLUMN how TEXT NOT NULL DEFAULT 'import';
ALTER TABLE batch ADD COLUMN rows_done BIGINT NOT NULL DEFAULT 0;
ALTER TABLE batch ADD COLUMN report BIGINT NOT NULL DEFAULT 0;
ALTER TABLE batch ADD COLUMN undone BIGINT;

CREATE TABLE batch_change (
    batch BIGINT NOT NULL REFERENCES batch (id),
    subscriber BIGINT NOT NULL,
    newsletter BIGINT NOT NULL,
    status SMALLINT NOT NULL,
    prefs BIGINT NOT NULL REFERENCES prefs (id),
    PRIMARY KEY (batch, subscriber, newsletter)
);

CREATE TABLE batch_name (
    batch BIGINT NOT NULL REFERENCES batch (id),
    subscriber BIGINT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    PRIMARY KEY (batch, subscriber)
);

ALTER TABLE consent DROP CONSTRAINT consent_event_check;
ALTER TABLE consent ADD CHECK (event BETWEEN 1 AND 20);
DROP TRIGGER consent_is_append_only ON consent;
ALTER TABLE consent ADD COLUMN basis SMALLINT NOT NULL DEFAULT 0 CHECK (basis BETWEEN 0 AND 2);
UPDATE consent SET basis = 1 WHERE event IN (2, 3);

CREATE OR REPLACE FUNCTION consent_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.source = ''
       AND (NEW.subscriber, NEW.newsletter, NEW.number, NEW.at, NEW.event, NEW.how, NEW.wording,
            NEW.basis) = (OLD.subscriber, OLD.newsletter, OLD.number, OLD.at, OLD.event, OLD.how,
                          OLD.wording, OLD.basis)
       AND NEW.batch IS NOT DISTINCT FROM OLD.batch
       AND EXISTS (SELECT 1 FROM subscriber WHERE id = OLD.subscriber AND erased IS NOT NULL) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the consent ledger is append-only';
END $body$;
CREATE TRIGGER consent_is_append_only BEFORE UPDATE OR DELETE ON consent
    FOR EACH ROW EXECUTE FUNCTION consent_is_append_only();
