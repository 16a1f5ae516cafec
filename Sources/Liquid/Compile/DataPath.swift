/// A path whose names are all literal and whose first the template never binds: its value is the
/// data's from the first to the last byte of a render, so that it is looked up once.
struct DataPath: Sendable {
    let symbol: Int
    let lookups: [Expr.Lookup]
}
