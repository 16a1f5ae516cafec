extension Schema {
    /// What a click writes lies together: each page that it changes is written to the log and, at a
    /// checkpoint, to the database.
    static let clicks = """
        -- Without the delivery: a click goes behind the last one of its mailing.
        DROP INDEX event_asked;
        CREATE INDEX event_asked ON event (mailing, kind) WHERE kind = 'click' OR kind = 'open';
        -- One tree, and events come in the order of their ids. `n` counts an event's actions.
        ALTER TABLE action_undo RENAME TO old_action_undo;
        CREATE TABLE action_undo (event INTEGER NOT NULL, n INTEGER NOT NULL, at INTEGER NOT NULL,
            data TEXT NOT NULL, PRIMARY KEY (event, n)) WITHOUT ROWID;
        INSERT INTO action_undo SELECT event, id, at, data FROM old_action_undo;
        DROP TABLE old_action_undo;
        """
}
