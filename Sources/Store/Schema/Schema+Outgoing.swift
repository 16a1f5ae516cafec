extension Schema {
    static let outgoing = """
        -- Calls of webhooks and mail to staff, made in the transaction of their cause and sent
        -- afterwards. `state`: 0 waits, 1 given up.
        CREATE TABLE outgoing (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL,
            target TEXT NOT NULL,
            profile INTEGER NOT NULL,
            event INTEGER,
            body TEXT NOT NULL,
            created INTEGER NOT NULL,
            due INTEGER NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            state INTEGER NOT NULL DEFAULT 0,
            reason TEXT
        );
        CREATE INDEX outgoing_due ON outgoing (kind, target, due) WHERE state = 0;
        CREATE INDEX outgoing_of ON outgoing (profile);
        -- Kept, since each new one asks whether there is room.
        CREATE TABLE outgoing_count (id INTEGER PRIMARY KEY CHECK (id = 1), n INTEGER NOT NULL);
        INSERT INTO outgoing_count VALUES (1, 0);
        CREATE TRIGGER outgoing_added AFTER INSERT ON outgoing
            BEGIN UPDATE outgoing_count SET n = n + 1; END;
        CREATE TRIGGER outgoing_gone AFTER DELETE ON outgoing
            BEGIN UPDATE outgoing_count SET n = n - 1; END;
        -- What is about a person who is erased is told to nobody any more.
        CREATE TRIGGER outgoing_erased AFTER UPDATE OF status ON profile
            WHEN new.status = 'erased'
            BEGIN DELETE FROM outgoing WHERE profile = new.id; END;
        CREATE TRIGGER outgoing_deleted AFTER DELETE ON profile
            BEGIN DELETE FROM outgoing WHERE profile = old.id; END;
        -- The event whose values the templates of a triggered delivery may print.
        CREATE TABLE delivery_event (delivery INTEGER PRIMARY KEY, event INTEGER NOT NULL);
        """
}
