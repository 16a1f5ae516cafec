extension Schema {
    static let consent = """
        -- Who may be mailed what, since when and why: rows are added and never changed, each sealed
        -- together with the seal of the row before it. No address: `address` is its keyed code, so
        -- that erasing a person leaves the chain whole. `topic` NULL: all marketing.
        CREATE TABLE consent (
            id INTEGER PRIMARY KEY,
            profile INTEGER NOT NULL,
            address BLOB NOT NULL,
            topic TEXT,
            change TEXT NOT NULL,
            at INTEGER NOT NULL,
            way TEXT NOT NULL,
            network TEXT,
            wording TEXT,
            key INTEGER NOT NULL,
            seal BLOB NOT NULL
        );
        CREATE INDEX consent_of ON consent (profile);
        CREATE INDEX consent_erased ON consent (address) WHERE change = 'erased';
        -- The texts that people saw when they chose, by their hash.
        CREATE TABLE wording (hash TEXT PRIMARY KEY, html BLOB NOT NULL, since INTEGER NOT NULL)
            WITHOUT ROWID;
        -- What a person asked of us beyond topics; no row: nothing. `spacing`: milliseconds from one
        -- marketing message to the next, 0 for no bound. `untracked`: no counted links, no pixel.
        CREATE TABLE preference (profile INTEGER PRIMARY KEY, spacing INTEGER NOT NULL DEFAULT 0,
            paused_until INTEGER, untracked INTEGER NOT NULL DEFAULT 0);
        -- What a form was filled in with, by the delivery that asks to confirm it: nothing of it
        -- holds before.
        CREATE TABLE opt_in (delivery INTEGER PRIMARY KEY, profile INTEGER NOT NULL,
            form TEXT NOT NULL, topics TEXT NOT NULL, fields TEXT NOT NULL, network TEXT,
            wording TEXT, at INTEGER NOT NULL, expires INTEGER NOT NULL, confirmed INTEGER);
        CREATE INDEX opt_in_of ON opt_in (profile, at);
        """
}
