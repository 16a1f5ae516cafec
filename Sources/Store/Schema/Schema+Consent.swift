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
        """
}
