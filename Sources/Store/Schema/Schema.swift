/// The tables, as a list of steps: step n takes schema n to n + 1 (`PRAGMA user_version`).
/// A step that has been released is never changed.
enum Schema {
    static func bringUpToDate(_ connection: Connection) throws(StoreError) {
        let found = Int(try connection.first("PRAGMA user_version") { $0.integer(0) } ?? 0)
        guard found <= steps.count else {
            throw .newerSchema(found: found, known: steps.count)
        }
        for (number, step) in steps.enumerated().dropFirst(found) {
            try connection.execute("BEGIN IMMEDIATE")
            do {
                try connection.execute(step)
                try connection.execute("PRAGMA user_version = \(number + 1); COMMIT")
            } catch {
                if connection.inTransaction { try? connection.execute("ROLLBACK") }
                throw error
            }
        }
    }

    static let steps = [
        firstStep, previewsAndProofs, assetsAndCoupons, openDeliveries, bounces, engine, sequences,
        outgoing, behaviour, fairness, consent, hits, sales, visits, audience, delivery, clicks,
        anonymity, delays,
    ]

    /// Times are milliseconds since 1970. States and kinds are the raw values of Core's types.
    private static let firstStep = """
        CREATE TABLE setting (name TEXT PRIMARY KEY, value) WITHOUT ROWID;

        -- A declared field is a column of this table, bearing its name; see `field`.
        CREATE TABLE profile (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            email TEXT NOT NULL COLLATE NOCASE UNIQUE,
            status TEXT NOT NULL DEFAULT 'active',
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL,
            soft_bounces INTEGER NOT NULL DEFAULT 0
        );
        -- `landmark` is the instant L of forward decay: stored score = sum of points*2^((t-L)/h).
        CREATE TABLE field (
            name TEXT PRIMARY KEY, type TEXT NOT NULL, half_life INTEGER, cap REAL,
            landmark INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE tag (profile INTEGER NOT NULL, name TEXT NOT NULL,
            PRIMARY KEY (profile, name)) WITHOUT ROWID;
        -- A row says that the person chose; no row means the topic's default.
        CREATE TABLE subscription (profile INTEGER NOT NULL, topic TEXT NOT NULL,
            subscribed INTEGER NOT NULL, at INTEGER NOT NULL,
            PRIMARY KEY (profile, topic)) WITHOUT ROWID;
        CREATE TABLE topic (name TEXT PRIMARY KEY, label TEXT NOT NULL, by_default INTEGER NOT NULL)
            WITHOUT ROWID;
        -- Addresses that get nothing, whether or not there is a profile.
        CREATE TABLE suppression (email TEXT PRIMARY KEY COLLATE NOCASE, reason TEXT NOT NULL,
            at INTEGER NOT NULL) WITHOUT ROWID;

        CREATE TABLE mailing (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            state INTEGER NOT NULL,
            reason TEXT,
            active_version INTEGER,
            running_version INTEGER,
            planned_to INTEGER NOT NULL DEFAULT 0,
            planned INTEGER NOT NULL DEFAULT 0,
            released INTEGER,
            finished INTEGER,
            present INTEGER NOT NULL DEFAULT 1
        );
        CREATE TABLE version (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            mailing INTEGER NOT NULL REFERENCES mailing(id),
            hash TEXT NOT NULL,
            kind TEXT NOT NULL,
            topic TEXT,
            triggered INTEGER NOT NULL,
            source BLOB NOT NULL,
            created INTEGER NOT NULL
        );
        CREATE INDEX version_of ON version (mailing, id);

        CREATE TABLE delivery (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            mailing INTEGER NOT NULL,
            profile INTEGER NOT NULL,
            occasion TEXT NOT NULL,
            version INTEGER NOT NULL,
            state INTEGER NOT NULL,
            due INTEGER NOT NULL,
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            place INTEGER,
            choices TEXT,
            reason TEXT,
            reply TEXT,
            UNIQUE (profile, mailing, occasion)
        );
        -- Only what still has to go: a look for due work costs microseconds at any size.
        CREATE INDEX delivery_due ON delivery (mailing, due, id) WHERE state IN (0, 3);
        CREATE INDEX delivery_open ON delivery (state, mailing) WHERE state IN (1, 6, 11);
        -- Kept, since counting a million rows takes a third of a second.
        CREATE TABLE delivery_count (mailing INTEGER NOT NULL, state INTEGER NOT NULL,
            n INTEGER NOT NULL, PRIMARY KEY (mailing, state)) WITHOUT ROWID;
        -- What a message was made from, for retries, view in browser and personal links.
        CREATE TABLE merge_row (delivery INTEGER PRIMARY KEY, data BLOB NOT NULL);

        CREATE TABLE event (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            profile INTEGER NOT NULL,
            kind TEXT NOT NULL,
            at INTEGER NOT NULL,
            mailing INTEGER,
            delivery INTEGER,
            link TEXT,
            verdict TEXT,
            data TEXT
        );
        CREATE INDEX event_of ON event (profile, kind, at);
        -- The last execution of an action for a person, within its scope (`once`).
        CREATE TABLE action_mark (profile INTEGER NOT NULL, action TEXT NOT NULL,
            scope TEXT NOT NULL, at INTEGER NOT NULL,
            PRIMARY KEY (profile, action, scope)) WITHOUT ROWID;
        CREATE TABLE trigger_mark (profile INTEGER NOT NULL, name TEXT NOT NULL,
            firings INTEGER NOT NULL, armed INTEGER NOT NULL, last INTEGER,
            PRIMARY KEY (profile, name)) WITHOUT ROWID;
        -- How far the hit journal has been applied; changes with the effects, so exactly once.
        CREATE TABLE journal_position (id INTEGER PRIMARY KEY CHECK (id = 1),
            segment INTEGER NOT NULL, place INTEGER NOT NULL);
        -- Reports already applied, by content.
        CREATE TABLE inbox_seen (hash TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE counter (name TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
        """

    private static let previewsAndProofs = """
        -- What the last dry run of a mailing found; `version` is its version's hash.
        CREATE TABLE preview (mailing TEXT PRIMARY KEY, version TEXT NOT NULL,
            made INTEGER NOT NULL, report TEXT NOT NULL) WITHOUT ROWID;
        -- Whom a preview shows. `erased`: the preview must be made again without this person.
        CREATE TABLE preview_person (mailing TEXT NOT NULL, profile INTEGER NOT NULL,
            erased INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (mailing, profile)) WITHOUT ROWID;
        CREATE INDEX preview_of ON preview_person (profile);

        -- A mailing of its own, hidden, for the proofs of another: counted and tracked apart.
        ALTER TABLE mailing ADD COLUMN proof_of INTEGER;
        -- A message to a colleague, made from the delivery's merge row. Its delivery has profile 0;
        -- `profile` is the person it shows, 0 for a sample. `test`: asked for by hand.
        CREATE TABLE proof (delivery INTEGER PRIMARY KEY, version INTEGER NOT NULL,
            profile INTEGER NOT NULL, recipient TEXT NOT NULL, prefix TEXT NOT NULL,
            test INTEGER NOT NULL);
        CREATE INDEX proof_of ON proof (version) WHERE test = 0;
        CREATE INDEX proof_shows ON proof (profile);
        """

    private static let assetsAndCoupons = """
        -- Images and attachments by the hash of their bytes, once for all versions that use them.
        -- With a media type, the public endpoint serves it.
        CREATE TABLE asset (hash TEXT PRIMARY KEY, media_type TEXT, data BLOB NOT NULL);

        -- Kept, since counting takes long.
        CREATE TABLE coupon_pool (name TEXT PRIMARY KEY, codes INTEGER NOT NULL,
            given INTEGER NOT NULL) WITHOUT ROWID;
        -- One code a person and pool, taken for a delivery; `printed` is when the intent of the first
        -- message that holds it became durable: from then on it is never taken back.
        CREATE TABLE coupon (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            pool TEXT NOT NULL,
            code TEXT NOT NULL,
            profile INTEGER,
            delivery INTEGER,
            taken INTEGER,
            printed INTEGER,
            UNIQUE (pool, code)
        );
        CREATE INDEX coupon_free ON coupon (pool, id) WHERE profile IS NULL;
        CREATE UNIQUE INDEX coupon_of ON coupon (profile, pool) WHERE profile IS NOT NULL;
        CREATE INDEX coupon_for ON coupon (delivery) WHERE delivery IS NOT NULL;
        """

    /// SQLite builds a table for the list of an `IN` with more than two values at each row that is
    /// written, to see whether the row belongs into the index: a fifth of the cost of a message.
    private static let openDeliveries = """
        DROP INDEX delivery_open;
        CREATE INDEX delivery_open ON delivery (state, mailing)
            WHERE state = 1 OR state = 6 OR state = 11;
        """

    private static let bounces = """
        -- What came back of a mailing, and how much of it an operator has looked at (base_).
        CREATE TABLE mailing_health (mailing INTEGER PRIMARY KEY,
            complaints INTEGER NOT NULL DEFAULT 0, hard INTEGER NOT NULL DEFAULT 0,
            base_complaints INTEGER NOT NULL DEFAULT 0, base_hard INTEGER NOT NULL DEFAULT 0,
            base_delivered INTEGER NOT NULL DEFAULT 0, warned INTEGER NOT NULL DEFAULT 0);
        ALTER TABLE version ADD COLUMN from_domain TEXT;
        -- From domains whose next mailing waits for an operator.
        CREATE TABLE sender_hold (domain TEXT PRIMARY KEY COLLATE NOCASE, reason TEXT NOT NULL,
            since INTEGER NOT NULL) WITHOUT ROWID;
        -- Replies by people, on their way to the address that answers.
        CREATE TABLE forward (id INTEGER PRIMARY KEY AUTOINCREMENT, delivery INTEGER NOT NULL,
            recipient TEXT NOT NULL, message BLOB NOT NULL, created INTEGER NOT NULL,
            due INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0);
        CREATE INDEX forward_due ON forward (due);
        """
}
