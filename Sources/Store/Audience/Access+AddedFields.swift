package import Core

extension ReadAccess {
    /// Fields that were added by command, each as a section of loop.conf, by name.
    package func addedFields() throws(StoreError) -> [(name: String, section: String)] {
        try connection.query(
            "SELECT name, declaration FROM field WHERE declaration IS NOT NULL ORDER BY name"
        ) { ($0.text(0), $0.text(1)) }
    }

    /// How many profiles have a value in a field.
    package func filled(_ field: FieldColumn) throws(StoreError) -> Int {
        try connection.first("SELECT count(\(field.sql)) FROM profile") { Int($0.integer(0)) } ?? 0
    }
}

extension WriteAccess {
    /// Adds a field by command, or changes one that was: all but its type, which is for good.
    package func add(
        field: FieldColumn, section: String, at now: Instant
    ) throws(StoreError) {
        try declare(fields: [field], at: now)
        try connection.run(
            "UPDATE field SET declaration = ? WHERE name = ?",
            [.text(section), .text(field.name)])
    }
}
