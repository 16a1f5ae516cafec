extension Schema {
    static let delays = """
        -- The event behind what waits, which actions that run later ask about; NULL where time or a
        -- change made it.
        ALTER TABLE loop_due ADD COLUMN event INTEGER;
        """
}
