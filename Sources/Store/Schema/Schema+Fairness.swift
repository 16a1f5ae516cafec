extension Schema {
    static let fairness = """
        -- When it was to leave before cap or window put it off; its lifetime counts from then.
        ALTER TABLE delivery ADD COLUMN wanted INTEGER;
        -- What is on its way to a person or may have reached her: a cap counts it with what was
        -- sent. As small as what is under way, so it costs little to keep.
        CREATE INDEX delivery_flight ON delivery (profile) WHERE state = 1 OR state = 11;
        -- Why the deliveries of the present run are made; '0' is the one run of a one-shot mailing.
        ALTER TABLE mailing ADD COLUMN occasion TEXT NOT NULL DEFAULT '0';
        -- Of one that comes again: the version that was let go, and when it runs next.
        ALTER TABLE mailing ADD COLUMN approved INTEGER;
        ALTER TABLE mailing ADD COLUMN scheduled INTEGER;
        -- Of one that goes to some first: which part, and since when the first is through.
        ALTER TABLE mailing ADD COLUMN stage INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE mailing ADD COLUMN stage_since INTEGER;
        -- What `send` says of one that comes again; NULL: it goes once.
        ALTER TABLE version ADD COLUMN schedule TEXT;
        -- What `deadline` says.
        ALTER TABLE version ADD COLUMN deadline TEXT;
        """
}
