extension Schema {
    static let visits = """
        -- Browsers that agreed to be known again; `profile` once a click, form or event told whose.
        CREATE TABLE visitor (id TEXT PRIMARY KEY, profile INTEGER, last INTEGER NOT NULL)
            WITHOUT ROWID;
        CREATE INDEX visitor_of ON visitor (profile) WHERE profile IS NOT NULL;
        CREATE INDEX visitor_last ON visitor (last) WHERE profile IS NULL;
        -- Visits of browsers of which nobody knows yet whose they are.
        CREATE TABLE visit (id INTEGER PRIMARY KEY AUTOINCREMENT, visitor TEXT NOT NULL,
            at INTEGER NOT NULL, data TEXT NOT NULL);
        CREATE INDEX visit_of ON visit (visitor, id);
        -- How a person came first and last, of the visits that name where from.
        CREATE TABLE journey (profile INTEGER PRIMARY KEY, visits INTEGER NOT NULL,
            first_at INTEGER, first_source TEXT, first_medium TEXT, first_keyword TEXT,
            last_at INTEGER, last_source TEXT, last_medium TEXT, last_keyword TEXT);

        -- The last answer of each delivery.
        CREATE TABLE survey_answer (survey TEXT NOT NULL, delivery INTEGER NOT NULL,
            profile INTEGER NOT NULL, mailing INTEGER NOT NULL, at INTEGER NOT NULL, score INTEGER,
            answer TEXT NOT NULL, PRIMARY KEY (survey, delivery)) WITHOUT ROWID;
        CREATE INDEX survey_answer_of ON survey_answer (profile);

        -- Complaints made outside mail, by their event.
        CREATE TABLE contact_case (event INTEGER PRIMARY KEY, profile INTEGER NOT NULL,
            opened INTEGER NOT NULL, closed INTEGER, holds INTEGER NOT NULL);
        CREATE INDEX contact_case_open ON contact_case (profile) WHERE closed IS NULL;
        """
}
