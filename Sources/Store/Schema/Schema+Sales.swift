extension Schema {
    /// Amounts are ten-thousandths of the currency's unit.
    static let sales = """
        CREATE TABLE sale (id INTEGER PRIMARY KEY AUTOINCREMENT, profile INTEGER NOT NULL,
            order_id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, currency TEXT,
            total INTEGER NOT NULL, refunded INTEGER NOT NULL DEFAULT 0, event INTEGER,
            -- The event `convert` of the mailing that it is credited to.
            conversion INTEGER);
        CREATE INDEX sale_of ON sale (profile, at);
        -- `event` is the event `buy` of the item's category, which an order has once.
        CREATE TABLE sale_item (sale INTEGER NOT NULL, n INTEGER NOT NULL, sku TEXT, category TEXT,
            quantity REAL NOT NULL, price INTEGER, returned REAL NOT NULL DEFAULT 0, event INTEGER,
            PRIMARY KEY (sale, n)) WITHOUT ROWID;
        CREATE TABLE refund (sale INTEGER NOT NULL, refund_id TEXT, at INTEGER NOT NULL,
            amount INTEGER NOT NULL, event INTEGER);
        CREATE UNIQUE INDEX refund_of ON refund (sale, refund_id);
        -- What of a sale is credited to what, by each model; the shares of a model sum to 1.
        CREATE TABLE credit (sale INTEGER NOT NULL, model TEXT NOT NULL, n INTEGER NOT NULL,
            share REAL NOT NULL, channel TEXT NOT NULL, mailing INTEGER, delivery INTEGER,
            choices TEXT, PRIMARY KEY (sale, model, n)) WITHOUT ROWID;
        CREATE INDEX credit_of ON credit (mailing, model);

        -- Fields of every profile, kept from the sales.
        ALTER TABLE profile ADD COLUMN "purchases.count" REAL;
        ALTER TABLE profile ADD COLUMN "purchases.total" REAL;
        ALTER TABLE profile ADD COLUMN "purchases.last" INTEGER;
        INSERT INTO field (name, type, half_life, cap, landmark) VALUES
            ('purchases.count', 'number', NULL, NULL, 0),
            ('purchases.total', 'number', NULL, NULL, 0),
            ('purchases.last', 'date', NULL, NULL, 0);

        -- Requests of other systems by their idempotency key: how many of its pieces are done, and
        -- what was answered about them.
        CREATE TABLE api_request (caller TEXT NOT NULL, key TEXT NOT NULL, hash TEXT NOT NULL,
            at INTEGER NOT NULL, done INTEGER NOT NULL, answers TEXT NOT NULL,
            PRIMARY KEY (caller, key)) WITHOUT ROWID;
        CREATE INDEX api_request_at ON api_request (at);
        -- Events of other systems by their own ids.
        CREATE TABLE api_event (caller TEXT NOT NULL, id TEXT NOT NULL, event INTEGER NOT NULL,
            at INTEGER NOT NULL, PRIMARY KEY (caller, id)) WITHOUT ROWID;
        CREATE INDEX api_event_at ON api_event (at);
        """
}
