internal import Core
internal import JSON

/// One chunk of rows on its way in.
///
/// The rules of consent are here: a person keeps a status that means less mail, and a topic that she
/// chose or left, unless the order names her own consent.
struct PeopleRun {
    /// Someone who is there.
    private struct Found {
        var id: Int64
        var status: ProfileStatus
        var differs: Bool
    }

    private let chunk: PeopleChunk
    private let order: PeopleOrder
    private let writer: WriteAccess
    private let statements: PeopleStatements
    private let hasErased: Bool
    private let keepsHistory: Bool
    /// Whether the last row was of somebody new: then the next one is tried as new first.
    private var expectsNew = false
    private(set) var tally = PeopleTally()

    init(
        _ chunk: PeopleChunk, _ order: PeopleOrder, _ access: WriteAccess,
        _ statements: PeopleStatements
    ) throws(StoreError) {
        self.chunk = chunk
        self.order = order
        writer = access
        self.statements = statements
        hasErased = try access.hasErased()
        keepsHistory = chunk.columns.contains(where: \.keepsHistory)
    }

    mutating func run() throws {
        // A second reference: the octets stay where they are while rows are written.
        let bytes = chunk.bytes
        try bytes.withUnsafeBufferPointer { bytes in
            for index in chunk.rows.indices { try take(index, bytes) }
        }
    }

    private mutating func take(_ index: Int, _ bytes: UnsafeBufferPointer<UInt8>) throws {
        let row = chunk.rows[index]
        if row.isRepeated { tally.repeated += 1 }
        if order.mode == .suppress { return try suppress(row) }
        let mayInsert = order.mode != .update
        if expectsNew, mayInsert, row.lacks == nil, !hasErased, !row.isRepeated {
            if try insert(row, index, bytes) { return }
        }
        if let found = try find(row, index, bytes) {
            expectsNew = false
            return try meet(found, row, index, bytes)
        }
        expectsNew = true
        guard mayInsert else {
            tally.passed += 1
            return
        }
        if let reason = try objection(row) { return tally.refused.append((row.line, reason)) }
        if try !insert(row, index, bytes) { tally.unchanged += 1 }
    }

    private func objection(_ row: PeopleChunk.Row) throws(StoreError) -> String? {
        if let lacks = row.lacks, order.mode != .unsubscribe { return "\(lacks) is required" }
        if hasErased, order.consent == nil, try writer.isErased(chunk.text(row.email)) {
            return WriteAccess.erasedReason
        }
        return nil
    }

    private func find(
        _ row: PeopleChunk.Row, _ index: Int, _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(StoreError) -> Found? {
        statements.find.bind(
            1, textInPlace: UnsafeBufferPointer(rebasing: bytes[row.email]))
        let cells = cells(index)
        let isCompared = order.mode != .unsubscribe && order.mode != .add
        return try statements.find.first { stored in
            var differs = false
            if isCompared {
                for (place, cell) in cells.enumerated() where !differs {
                    differs = Self.differs(cell, stored, Int32(place + 2), bytes)
                }
            }
            return Found(
                id: stored.integer(0),
                status: ProfileStatus(rawValue: stored.text(1)) ?? .unconfirmed, differs: differs)
        }
    }

    private func cells(_ index: Int) -> ArraySlice<PeopleChunk.Cell> {
        let width = chunk.columns.count
        return chunk.cells[index * width..<(index + 1) * width]
    }

    private static func differs(
        _ cell: PeopleChunk.Cell, _ stored: Row, _ column: Int32,
        _ bytes: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        switch cell {
        case .kept: return false
        case .missing: return !stored.isNull(column)
        case .text(let range):
            return !stored.holds(column, UnsafeBufferPointer(rebasing: bytes[range]))
        case .integer(let n): return stored.isNull(column) || stored.integer(column) != n
        case .real(let number):
            // A score's sum is calculated anew each time and differs in its last digits.
            let old = stored.real(column)
            return stored.isNull(column)
                || abs(old - number) > 1e-9 * max(abs(old), abs(number))
        }
    }

    // MARK: - Somebody new

    /// False when the address is there.
    private mutating func insert(
        _ row: PeopleChunk.Row, _ index: Int, _ bytes: UnsafeBufferPointer<UInt8>
    ) throws -> Bool {
        let insert = statements.insert
        let status = order.mode == .unsubscribe ? .unsubscribed : row.status ?? .active
        insert.bind(1, textInPlace: UnsafeBufferPointer(rebasing: bytes[row.email]))
        insert.bind(2, status.rawValue)
        insert.bind(3, order.now.milliseconds)
        for (place, cell) in cells(index).enumerated() {
            insert.bind(Int32(place + 4), cell, of: bytes)
        }
        try insert.run()
        guard writer.connection.changes == 1 else { return false }
        tally.inserted += 1
        let profile = writer.connection.lastInsertedID
        writer.noteChange(.creation, of: profile, at: order.now)
        guard keepsHistory || row.list != nil || order.consent != nil || order.recordsEvents else {
            return true
        }
        if keepsHistory { try writer.noteFirst(profile, at: order.now, by: order.cause, of: chunk) }
        if let list = row.list {
            try writer.set(changes(of: chunk.lists[list], profile), profile, order)
        }
        if status == .active, order.consent != nil {
            if hasErased { try writer.liftErasure(of: chunk.text(row.email)) }
            try journalConsent(profile, from: nil)
        }
        try note(profile, isNew: true)
        return true
    }

    // MARK: - Somebody who is there

    private mutating func meet(
        _ found: Found, _ row: PeopleChunk.Row, _ index: Int, _ bytes: UnsafeBufferPointer<UInt8>
    ) throws {
        switch order.mode {
        case .add:
            tally.passed += 1
            return
        case .unsubscribe: return try unsubscribe(found)
        case .update, .upsert, .suppress: break
        }
        var isChanged = found.differs
        if found.differs { try update(found.id, index, bytes) }
        if let list = row.list {
            let changes = try changes(of: chunk.lists[list], found.id)
            if !changes.tags.isEmpty || !changes.topics.isEmpty {
                isChanged = true
                try writer.set(changes, found.id, order)
            }
        }
        if try setStatus(found, row) { isChanged = true }
        guard isChanged else {
            tally.unchanged += 1
            return
        }
        tally.updated += 1
        try note(found.id, isNew: false)
    }

    private func update(
        _ profile: Int64, _ index: Int, _ bytes: UnsafeBufferPointer<UInt8>
    ) throws {
        let cells = cells(index)
        let isWhole = cells.allSatisfy { if case .kept = $0 { false } else { true } }
        guard isWhole, !keepsHistory else {
            var values: [(FieldColumn, FieldValue)] = []
            for (column, cell) in zip(chunk.columns, cells) {
                if case .kept = cell { continue }
                values.append((column, chunk.value(cell, of: column)))
            }
            return try writer.set(values, of: profile, at: order.now, by: order.cause)
        }
        try writer.noteChange(of: chunk.columns, of: profile, at: order.now)
        let update = statements.update
        for (place, cell) in cells.enumerated() {
            update.bind(Int32(place + 1), cell, of: bytes)
        }
        update.bind(Int32(cells.count + 1), order.now.milliseconds)
        update.bind(Int32(cells.count + 2), profile)
        try update.run()
    }

    /// Tags are added. A topic that a person chose or left herself stays as it is, except that a
    /// file may say that she has left it, or names her consent.
    private func changes(
        of list: PeopleChunk.List, _ profile: Int64
    ) throws(StoreError) -> PeopleChunk.List {
        guard let record = try writer.profile(profile, fields: []) else { return list }
        return PeopleChunk.List(
            tags: list.tags.filter { !record.tags.contains($0) },
            topics: list.topics.filter { topic in
                let chosen = record.topics[topic.name]
                guard chosen != topic.subscribed else { return false }
                return chosen == nil || !topic.subscribed || order.consent != nil
            })
    }

    /// Whether the status is another one now.
    private mutating func setStatus(
        _ found: Found, _ row: PeopleChunk.Row
    ) throws -> Bool {
        let wanted = row.status ?? (order.consent == nil ? found.status : .active)
        guard wanted != found.status else {
            if wanted == .active, order.consent != nil { try proveConsent(found.id) }
            return false
        }
        if wanted == .active, order.consent != nil {
            tally.restored += 1
            try writer.restore(found.id, at: order.now)
            try journalConsent(found.id, from: found.status)
            return true
        }
        guard ProfileStatus.isRestriction(from: found.status, to: wanted) else {
            tally.keptStatus += 1
            return false
        }
        try writer.restrict(
            found.id, to: wanted, by: ConsentSource(way: order.cause.text), at: order.now)
        return true
    }

    private mutating func unsubscribe(_ found: Found) throws {
        guard ProfileStatus.isRestriction(from: found.status, to: .unsubscribed) else {
            tally.unchanged += 1
            return
        }
        tally.updated += 1
        try writer.restrict(
            found.id, to: .unsubscribed, by: ConsentSource(way: order.cause.text), at: order.now)
        try writer.record(
            EventRecord(
                profile: found.id, kind: .unsubscribe, at: order.now,
                data: ["way": "import", "source": .string(order.cause.text)]))
    }

    private mutating func suppress(_ row: PeopleChunk.Row) throws {
        let email = chunk.text(row.email)
        if try writer.isSuppressed(email: email) {
            tally.unchanged += 1
            return
        }
        tally.inserted += 1
        try writer.suppress(email: email, reason: order.cause.text, at: order.now)
    }

    // MARK: - What it sets off

    /// Keeps what a source says of somebody who was active without it, once.
    private func proveConsent(_ profile: Int64) throws {
        guard let consent = order.consent else { return }
        let source = ConsentSource.imported(consent)
        let isKnown = try writer.consent(of: profile).contains {
            $0.change == ConsentChange.granted.rawValue && $0.topic == nil && $0.source == source
        }
        if !isKnown { try journalConsent(profile, from: .active) }
    }

    /// The proof of consent: who said so, and what the person was before.
    private func journalConsent(
        _ profile: Int64, from status: ProfileStatus?
    ) throws {
        try writer.note(
            .granted, of: profile, by: .imported(order.consent ?? ""), at: order.now)
        var data = JSON.Object([
            ("source", .string(order.consent ?? "")), ("by", .string(order.cause.text)),
        ])
        if let status { data["was"] = .string(status.rawValue) }
        try writer.record(
            EventRecord(profile: profile, kind: .consent, at: order.now, data: .object(data)))
    }

    private func note(_ profile: Int64, isNew: Bool) throws {
        guard order.recordsEvents else { return }
        try writer.record(
            EventRecord(
                profile: profile, kind: .imported, at: order.now,
                data: ["source": .string(order.cause.text), "new": .bool(isNew)]))
    }
}
