package import Core

/// Whatever changes a profile says so here, and effects are asked once for all that belongs
/// together: after an action, or at the end of the job, in its transaction.
extension WriteAccess {
    /// Notes that a profile has changed. What nobody heeds costs a look into a table.
    package func noteChange(_ aspect: ProfileAspect, of profile: Int64, at now: Instant?) {
        if let now { lastNoted = max(lastNoted, now) }
        guard let effects, effects.heeds(aspect) else { return }
        changes[profile, default: ProfileChange()].note(aspect, at: now)
    }

    /// Notes that fields are about to change; of those that are heeded reads what is stored.
    func noteChange(
        of columns: [FieldColumn], of profile: Int64, at now: Instant
    ) throws(StoreError) {
        lastNoted = max(lastNoted, now)
        guard let effects else { return }
        let heeded = columns.filter {
            changes[profile]?.before[$0.name] == nil && effects.heeds(.field($0.name))
        }
        guard !heeded.isEmpty else { return }
        let names = heeded.map(\.sql).joined(separator: ", ")
        let values = try connection.first(
            "SELECT \(names) FROM profile WHERE id = ?", [.integer(profile)]
        ) { row in
            heeded.enumerated().map { index, column in column.value(row, Int32(index)) }
        }
        for (column, value) in zip(heeded, values ?? []) {
            noteChange(ofField: column.name, from: value, of: profile, at: now)
        }
    }

    /// Notes that a field is about to change, by somebody who has read what it holds.
    package func noteChange(
        ofField name: String, from value: FieldValue, of profile: Int64, at now: Instant
    ) {
        guard let effects, effects.heeds(.field(name)) else { return }
        changes[profile, default: ProfileChange()].note(name, from: value, at: now)
    }

    /// Notes that somebody gets a topic from now on, or does not any more, where that is news.
    func noteChange(ofTopic name: String, to subscribed: Bool, of profile: Int64, at now: Instant) {
        noteChange(.topic(name), of: profile, at: now)
        if changes[profile]?.aspects.contains(.topic(name)) == true,
            changes[profile]?.topicsBefore[name] == nil
        {
            changes[profile]?.topicsBefore[name] = !subscribed
        }
    }

    /// Takes what was noted of a profile; nil when there is nothing.
    package func takeChange(of profile: Int64) -> ProfileChange? {
        changes.isEmpty ? nil : changes.removeValue(forKey: profile)
    }

    /// Lets effects see all that was noted in this job and not yet been taken.
    func settleChanges() throws {
        while !changes.isEmpty {
            // In order, so that the same job always does the same.
            for profile in changes.keys.sorted() {
                guard var change = changes.removeValue(forKey: profile) else { continue }
                if change.at == nil { change.at = lastNoted }
                try effects?.settle(change, of: profile, in: self)
            }
        }
    }

    /// The last instant at which anything was written, for changes that do not say when.
    package var lastInstant: Instant { lastNoted }
}

extension ProfileChange {
    fileprivate mutating func note(_ field: String, from value: FieldValue, at now: Instant) {
        note(.field(field), at: now)
        if before[field] == nil { before[field] = value }
    }

    fileprivate mutating func note(_ aspect: ProfileAspect, at now: Instant?) {
        aspects.insert(aspect)
        if aspect == .creation { isNew = true }
        if let now { at = max(at ?? now, now) }
    }
}
