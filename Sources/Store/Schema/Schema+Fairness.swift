extension Schema {
    static let fairness = """
        -- When it was to leave before cap or window put it off; its lifetime counts from then.
        ALTER TABLE delivery ADD COLUMN wanted INTEGER;
        -- What is on its way to a person or may have reached her: a cap counts it with what was
        -- sent. As small as what is under way, so it costs little to keep.
        CREATE INDEX delivery_flight ON delivery (profile) WHERE state = 1 OR state = 11;
        """
}
