import Core

extension LoopRules {
    /// Fields that the daemon keeps from sales and refunds: conditions, templates and triggers
    /// use them like any field, and nothing else writes them.
    static let keptFieldTypes: [String: FieldType] = [
        "purchases.count": .number, "purchases.total": .number, "purchases.last": .date,
    ]

    package static let keptFields = Set(keptFieldTypes.keys)
}
