extension Schema {
    /// What is on its way stands in `delivery_flight` already: in one index less each message is
    /// entered when it begins to be sent, and struck out when it was.
    static let delivery = """
        DROP INDEX delivery_open;
        CREATE INDEX delivery_open ON delivery (state, mailing) WHERE state = 6 OR state = 11;
        """
}
