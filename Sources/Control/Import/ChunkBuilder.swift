import Core
import Diagnostics
import Rules
import Store

/// Turns the cells of a file's rows into chunks for the store.
///
/// A row that is no good is taken back whole. Reasons name fields and what is expected, never what
/// stands in the file.
struct ChunkBuilder {
    /// How domains are written; nil when one cannot be.
    typealias ASCIIDomain = @Sendable (String) -> String?

    private let fields: [FieldColumn]
    private let places: [String: Int]
    private var readers: [CellReader]
    private let required: [String]
    private let isAddressOnly: Bool
    private let asciiDomain: ASCIIDomain
    private(set) var chunk: PeopleChunk
    private(set) var seen = SeenAddresses()

    // The row that is being built.
    private var row = PeopleChunk.Row(line: 0, email: 0..<0)
    private var list = PeopleChunk.List(tags: [], topics: [])
    private var start = (cells: 0, bytes: 0)

    /// `fields` are those the rows can speak of.
    init(
        fields: [FieldRule], columns: [String: FieldColumn], rules: LoopRules, text: FieldText,
        now: Instant, isAddressOnly: Bool, asciiDomain: @escaping ASCIIDomain
    ) {
        let known = isAddressOnly ? [] : fields.filter { columns[$0.name] != nil }
        self.fields = known.map { columns[$0.name]! }
        readers = known.map { CellReader($0, columns[$0.name]!, text, now: now) }
        places = Dictionary(uniqueKeysWithValues: known.enumerated().map { ($1.name, $0) })
        required = rules.requiredFields
        self.isAddressOnly = isAddressOnly
        self.asciiDomain = asciiDomain
        chunk = PeopleChunk(columns: self.fields)
    }

    /// The rows so far; the next ones go into a new chunk.
    mutating func take() -> PeopleChunk {
        defer {
            chunk = PeopleChunk(columns: fields)
            chunk.bytes.reserveCapacity(256 * 1024)
        }
        return chunk
    }

    // MARK: - A row

    mutating func begin(line: Int) {
        row = PeopleChunk.Row(line: line, email: 0..<0)
        if !list.tags.isEmpty || !list.topics.isEmpty { list = .init(tags: [], topics: []) }
        start = (chunk.cells.count, chunk.bytes.count)
        for _ in fields { chunk.cells.append(.kept) }
    }

    mutating func cancel() {
        chunk.cells.removeLast(chunk.cells.count - start.cells)
        chunk.bytes.removeLast(chunk.bytes.count - start.bytes)
    }

    /// Where a field's cell belongs; nil when the file's rows do not speak of it.
    func place(of field: String) -> Int? { places[field] }

    mutating func set(
        _ octets: UnsafeBufferPointer<UInt8>, at place: Int
    ) throws(CellReader.Invalid) {
        chunk.cells[start.cells + place] = try readers[place].cell(octets, into: &chunk.bytes)
    }

    mutating func set(_ text: String, at place: Int) throws(CellReader.Invalid) {
        chunk.cells[start.cells + place] = try readers[place].value(text, into: &chunk.bytes)
    }

    mutating func setEmail(_ octets: UnsafeBufferPointer<UInt8>) throws(EmailAddress.Invalid) {
        let begin = chunk.bytes.count
        if EmailAddress.isPlain(octets) {
            chunk.bytes += octets
        } else {
            let address = try EmailAddress(String(decoding: octets, as: UTF8.self))
            guard let domain = asciiDomain(address.domain) else { throw .domain }
            chunk.bytes += address.local.nfc.utf8
            chunk.bytes.append(UInt8(ascii: "@"))
            chunk.bytes += domain.utf8
        }
        row.email = begin..<chunk.bytes.count
    }

    /// What a file may say of a person; `erased` is for `maildctl` alone.
    mutating func setStatus(_ raw: String) throws(CellReader.Invalid) {
        let text = raw.trimmed.lowercased()
        if text.isEmpty { return }
        guard let status = ProfileStatus(rawValue: text), status != .erased else {
            let names = ProfileStatus.allCases.filter { $0 != .erased }.map(\.rawValue)
            throw .init(reason: "status is none of \(names.joined(separator: ", "))")
        }
        row.status = status
    }

    /// Separated by commas, semicolons or bars; at most 100, each at most 64 octets.
    mutating func setTags(_ text: String) throws(CellReader.Invalid) {
        try setTags(text.split { ",;|".contains($0) }.map(String.init))
    }

    mutating func setTags(_ texts: [String]) throws(CellReader.Invalid) {
        let tags = texts.map { $0.trimmed.nfc }.filter { !$0.isEmpty }
        guard tags.count <= 100, tags.allSatisfy({ $0.utf8.count <= 64 }) else {
            throw .init(reason: "there are over 100 tags, or one is over 64 octets long")
        }
        if !isAddressOnly { list.tags += tags }
    }

    mutating func setTopic(_ name: String, _ text: String) throws(CellReader.Invalid) {
        guard !text.trimmed.isEmpty else { return }
        guard let flag = FieldText.flag(text.trimmed) else {
            throw .init(reason: "topic.\(name) is neither yes nor no")
        }
        if !isAddressOnly { list.topics.append((name, flag)) }
    }

    /// Ends the row; false when it has no address.
    mutating func end() -> Bool {
        guard !row.email.isEmpty else { return false }
        if !list.tags.isEmpty || !list.topics.isEmpty {
            row.list = chunk.lists.count
            chunk.lists.append(list)
        }
        row.isRepeated = chunk.bytes.withUnsafeBufferPointer {
            seen.insert(UnsafeBufferPointer(rebasing: $0[row.email]))
        }
        for field in required where !isNamed(field) {
            row.lacks = field
            break
        }
        chunk.rows.append(row)
        return true
    }

    /// Only the address of a row that was brought in before.
    mutating func pass(_ octets: UnsafeBufferPointer<UInt8>) {
        begin(line: 0)
        guard (try? setEmail(octets)) != nil else { return cancel() }
        passBuilt()
    }

    /// The same of a row that has been built; nothing of it is kept.
    mutating func passBuilt() {
        defer { cancel() }
        guard !row.email.isEmpty else { return }
        _ = chunk.bytes.withUnsafeBufferPointer {
            seen.insert(UnsafeBufferPointer(rebasing: $0[row.email]))
        }
    }

    private func isNamed(_ field: String) -> Bool {
        guard let place = places[field] else { return false }
        if case .kept = chunk.cells[start.cells + place] { return false }
        return true
    }
}
