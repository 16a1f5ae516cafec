package import Core
internal import Expression

/// Moving the stored sums of scores: nobody's score changes at the instant of the move.
extension WriteAccess {
    /// Gives a score another half-life. Between two that fade, another landmark does it without
    /// touching a row: L' = now − (now − L)·h'/h reads every sum now as it was read before.
    func move(
        _ field: FieldColumn, to halfLife: TimeSpan?, at now: Instant
    ) throws(StoreError) {
        let landmark: Instant
        switch (field.halfLife, halfLife) {
        case (let old?, let new?):
            let elapsed = Double((now - field.landmark).milliseconds)
            let ratio = Double(new.milliseconds) / Double(old.milliseconds)
            guard let span = TimeSpan.scaled(milliseconds: elapsed * ratio) else {
                throw .refused("\(field.name) cannot fade that slowly")
            }
            landmark = now - span
        case (nil, _): landmark = now
        case (_?, nil):
            try rescale(field, at: now)
            landmark = now
        }
        try connection.run(
            "UPDATE field SET half_life = ?, landmark = ? WHERE name = ?",
            [
                .optional(halfLife?.milliseconds), .integer(landmark.milliseconds),
                .text(field.name),
            ])
        forgetColumns()
    }

    /// Gives scores whose weights have grown large a landmark of now, one field a call. False:
    /// none needs it. One statement over all profiles, due after 500 half-lives.
    package func moveLandmark(at now: Instant) throws(StoreError) -> Bool {
        let columns = try knownColumns().values.sorted { $0.name < $1.name }
        guard let field = columns.first(where: { $0.scale.needsNewLandmark(at: now) }) else {
            return false
        }
        try rescale(field, at: now)
        try connection.run(
            "UPDATE field SET landmark = ? WHERE name = ?",
            [.integer(now.milliseconds), .text(field.name)])
        forgetColumns()
        return true
    }

    private func rescale(_ field: FieldColumn, at now: Instant) throws(StoreError) {
        try connection.run(
            "UPDATE profile SET \(field.sql) = \(field.sql) / ? WHERE \(field.sql) IS NOT NULL",
            [.real(field.scale.weight(at: now))])
    }
}
