extension Schema {
    static let anonymity = """
        -- The browser in which a form was filled in, where it agreed to be known again.
        ALTER TABLE opt_in ADD COLUMN visitor TEXT;
        -- Clicks of people who asked not to be tracked, by the link's number in the template:
        -- nothing tells whose they were. `part`: that of the mail, `html` or `text`.
        CREATE TABLE anonymous_click (mailing INTEGER NOT NULL, link INTEGER NOT NULL, name TEXT,
            part TEXT NOT NULL, human INTEGER NOT NULL DEFAULT 0, machine INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (mailing, link)) WITHOUT ROWID;
        -- People who never confirmed, for those who forget them.
        CREATE INDEX profile_unconfirmed ON profile (id) WHERE status = 'unconfirmed';
        """
}
