extension Schema {
    static let audience = """
        -- `history`: every change is kept. `declaration`: the section of a field that was added by
        -- command, in the grammar of loop.conf.
        ALTER TABLE field ADD COLUMN history INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE field ADD COLUMN declaration TEXT;
        -- `cause` says by whom: `event 12`, `import 3`, `operator`.
        CREATE TABLE field_change (id INTEGER PRIMARY KEY AUTOINCREMENT, profile INTEGER NOT NULL,
            field TEXT NOT NULL, at INTEGER NOT NULL, old, new, cause TEXT NOT NULL);
        CREATE INDEX field_change_of ON field_change (profile, id);
        -- An import and how far it has come; `file` tells the same file under the same options again,
        -- `digest` is that of what stands before `position`.
        CREATE TABLE import_run (id INTEGER PRIMARY KEY AUTOINCREMENT, file INTEGER NOT NULL,
            begun INTEGER NOT NULL, ended INTEGER, position INTEGER NOT NULL DEFAULT 0,
            line INTEGER NOT NULL DEFAULT 0, digest INTEGER NOT NULL DEFAULT 0,
            tally TEXT NOT NULL DEFAULT '{}');
        CREATE INDEX import_run_open ON import_run (file) WHERE ended IS NULL;
        -- People who were erased: keyed hashes of their addresses, and nothing else.
        CREATE TABLE erasure (code BLOB PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
        """
}
