-- Who was asked to confirm, or waits to be: a row for each pending subscription that came by signup,
-- gone when it is not pending any more. since: the signup; source: a keyed hash of where it came from,
-- '' when that is not known or not limited; asked, reminded: when that notice was queued; wording: in
-- which words (the consent ledger gets them with the yes).
CREATE TABLE optin (
    newsletter BIGINT NOT NULL,
    subscriber BIGINT NOT NULL,
    since BIGINT NOT NULL,
    source TEXT NOT NULL DEFAULT '',
    asked BIGINT,
    reminded BIGINT,
    wording TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (newsletter, subscriber)
);
CREATE INDEX optin_asked ON optin (asked, since);
CREATE INDEX optin_since ON optin (since);
CREATE INDEX optin_source ON optin (source, since) WHERE source <> '';
