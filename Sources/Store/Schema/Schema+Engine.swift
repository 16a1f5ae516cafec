extension Schema {
    /// What triggers remember, and what waits for an instant.
    static let engine = """
        -- What is watched of every profile, by its definition: behind `seeded` no profile has been
        -- looked at yet. A definition that changes is seeded anew.
        CREATE TABLE loop_watch (name TEXT PRIMARY KEY, definition TEXT NOT NULL,
            seeded INTEGER NOT NULL) WITHOUT ROWID;
        -- Who is in a segment whose coming and going triggers ask about.
        CREATE TABLE loop_member (profile INTEGER NOT NULL, segment TEXT NOT NULL,
            PRIMARY KEY (profile, segment)) WITHOUT ROWID;
        -- From when on an answer may differ without anything but the time changing. Too early is
        -- harmless, too late is not.
        CREATE TABLE loop_due (profile INTEGER NOT NULL, watch TEXT NOT NULL, at INTEGER NOT NULL,
            PRIMARY KEY (profile, watch)) WITHOUT ROWID;
        CREATE INDEX loop_due_at ON loop_due (at);
        -- `used`: firings that were not blocked; `previous`: `last` before the last firing.
        ALTER TABLE trigger_mark ADD COLUMN used INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE trigger_mark ADD COLUMN previous INTEGER;
        UPDATE trigger_mark SET used = firings;
        -- Firings of a trigger with a brake, on its last day.
        CREATE TABLE brake (trigger TEXT PRIMARY KEY, mailing INTEGER, day INTEGER NOT NULL,
            n INTEGER NOT NULL) WITHOUT ROWID;
        -- What an event should have done and could not.
        CREATE TABLE event_error (id INTEGER PRIMARY KEY AUTOINCREMENT, event INTEGER NOT NULL,
            profile INTEGER NOT NULL, at INTEGER NOT NULL, text TEXT NOT NULL);
        """
}
