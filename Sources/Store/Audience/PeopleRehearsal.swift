internal import Core

/// What rows of people would come to: they are brought into a scratch store, where those whom they
/// name stand as they do in the real one, so that a row finds what the rows before it left.
///
/// Of the real store only a reader is used. What actions on an import would change in between plays
/// no part. Lives on one thread.
package final class PeopleRehearsal {
    /// Somebody whom a chunk names.
    private struct Known: Sendable {
        var person: ProfileRecord
        var fields: [(FieldColumn, FieldValue)]
    }

    private let reader: ReadAccess
    private let scratch: ScratchStore

    /// - Parameter directory: where the scratch store is made and removed.
    package init(_ reader: ReadAccess, in directory: String) throws {
        self.reader = reader
        scratch = try ScratchStore(in: directory)
        if let codes = reader.addressCodes { try scratch.store.install(addressCodes: codes) }
    }

    package func tally(_ chunk: PeopleChunk, _ order: PeopleOrder) throws -> PeopleTally {
        let emails = chunk.rows.map { chunk.text($0.email) }
        let (known, erased, suppressed) = (
            try order.mode == .suppress
                ? [] : reader.together { try people(emails, chunk.columns) },
            try reader.hasErased() ? emails.filter(reader.isErased) : [],
            try order.mode == .suppress ? emails.filter(reader.isSuppressed) : []
        )
        var order = order
        order.recordsEvents = false
        let topics = try reader.topics()
        return try scratch.store.write(.bulk) { [order] access in
            try access.declare(fields: chunk.columns, at: order.now)
            try access.declare(topics: topics)
            for one in known where try !access.hasProfile(one.person.email) {
                try access.restore(one.person, keepsID: false, fields: one.fields)
            }
            for email in erased { try access.noteErasure(of: email, at: order.now) }
            for email in suppressed { try access.suppress(email: email, reason: "", at: order.now) }
            return try access.bring(chunk, order)
        }
    }

    private func people(
        _ emails: [String], _ columns: [FieldColumn]
    ) throws(StoreError) -> [Known] {
        var known: [Known] = []
        for email in emails {
            guard let id = try reader.profileID(text: email),
                let person = try reader.profile(id, fields: columns)
            else { continue }
            known.append(
                Known(
                    person: person,
                    fields: columns.compactMap { column in
                        person.fields[column.name].map { (column, $0) }
                    }))
        }
        return known
    }
}

extension ReadAccess {
    fileprivate func hasProfile(_ email: String) throws(StoreError) -> Bool {
        try profileID(text: email) != nil
    }
}
