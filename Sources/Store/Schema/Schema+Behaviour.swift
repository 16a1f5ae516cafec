extension Schema {
    /// What a condition asks about behaviour stands in the index alone, so that an audience is
    /// counted without a look at the events themselves. It replaces the old one: a second index
    /// would cost each event another page.
    static let behaviour = """
        DROP INDEX event_of;
        CREATE INDEX event_of ON event (profile, kind, at, mailing, link, verdict);
        """
}
