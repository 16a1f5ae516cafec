extension Schema {
    /// Clicks that were withheld or withdrawn, and what actions changed until nobody takes it back.
    static let hits = """
        CREATE INDEX event_withheld ON event (id) WHERE kind = 'click' AND verdict = 'machine';
        CREATE INDEX event_asked ON event (mailing, kind, delivery)
            WHERE kind = 'click' OR kind = 'open';
        CREATE TABLE action_undo (id INTEGER PRIMARY KEY AUTOINCREMENT, event INTEGER NOT NULL,
            at INTEGER NOT NULL, data TEXT NOT NULL);
        CREATE INDEX action_undo_of ON action_undo (event);
        CREATE INDEX action_undo_at ON action_undo (at);
        """
}
