/// Finds phrases in normalised text, in one pass, at the beginnings of words only.
///
/// A candidate is found by its first four bytes, so the cost of a text hardly depends on the
/// number of phrases.
struct PhraseTable: Sendable {
    private struct Phrase: Sendable {
        var bytes: [UInt8]
        /// What follows a gap, for `mailbox * is full`.
        var tail: [UInt8]
        var value: Int
        var rank: Int
        /// Short last words have to end where the phrase does.
        var endsWord: Bool
    }

    /// A phrase in a text.
    struct Hit: Sendable {
        /// Where it begins, in the normalised text.
        var position: Int
        var end: Int
        var value: Int
        var rank: Int
    }

    /// Bytes between the two halves of a phrase.
    static let gap = 80
    private static let bits = 13

    private var phrases: [Phrase] = []
    /// Ranges of `phrases` by hash of the first four bytes.
    private var starts: [Int32]

    /// Phrases in the order of their weight, each with a number of the caller's. One whose last
    /// word is shorter than `shortWord` bytes has to end with that word: `ptr` is not `ptrace`.
    init(_ list: [(text: [UInt8], value: Int)], shortWord: Int = 0) {
        var buckets = [[Phrase]](repeating: [], count: 1 << Self.bits)
        for (rank, item) in list.enumerated() {
            let halves = Self.halves(item.text)
            let bytes = Self.trimmed(Self.normalized(halves.0))
            guard !bytes.isEmpty else { continue }
            let last = bytes.reversed().prefix { $0 != 0x20 }.count
            let phrase = Phrase(
                bytes: bytes, tail: Self.trimmed(Self.normalized(halves.1)), value: item.value,
                rank: rank, endsWord: last < shortWord)
            buckets[Self.hash(bytes, 0)].append(phrase)
        }
        starts = []
        for bucket in buckets {
            starts.append(Int32(phrases.count))
            phrases += bucket
        }
        starts.append(Int32(phrases.count))
    }

    /// All phrases in a normalised text, in order; at most `limit`.
    func hits(in text: [UInt8], limit: Int = 4_000) -> [Hit] {
        var hits: [Hit] = []
        text.withUnsafeBufferPointer { text in
            starts.withUnsafeBufferPointer { starts in
                var before: UInt8 = 0x20
                for position in 0..<text.count {
                    let byte = text[position]
                    let isStart = before == 0x20 || before >= 0x80 || before == 0x23
                    before = byte
                    guard isStart || byte >= 0xC0 || byte == 0x23, byte != 0x20 else { continue }
                    let bucket = Self.hash(text, position)
                    let (first, end) = (Int(starts[bucket]), Int(starts[bucket + 1]))
                    guard first < end else { continue }
                    add(first..<end, at: position, in: text, to: &hits)
                    if hits.count >= limit { return }
                }
            }
        }
        return hits
    }

    private func add(
        _ bucket: Range<Int>, at position: Int, in text: UnsafeBufferPointer<UInt8>,
        to hits: inout [Hit]
    ) {
        for phrase in phrases[bucket] {
            guard let end = Self.match(phrase, text, position) else { continue }
            hits.append(Hit(position: position, end: end, value: phrase.value, rank: phrase.rank))
        }
    }

    private static func match(
        _ phrase: borrowing Phrase, _ text: UnsafeBufferPointer<UInt8>, _ position: Int
    ) -> Int? {
        guard var end = equal(phrase.bytes, text, position) else { return nil }
        if phrase.endsWord && !isEnd(text, end) { return nil }
        if !phrase.tail.isEmpty {
            let limit = min(end + gap, text.count - phrase.tail.count)
            var index = end
            while index <= limit {
                if let stop = equal(phrase.tail, text, index) {
                    end = stop
                    break
                }
                index += 1
            }
            if index > limit { return nil }
        }
        return end
    }

    private static func equal(
        _ bytes: [UInt8], _ text: UnsafeBufferPointer<UInt8>, _ position: Int
    ) -> Int? {
        let end = position + bytes.count
        guard end <= text.count else { return nil }
        for index in 0..<bytes.count where text[position + index] != bytes[index] { return nil }
        return end
    }

    private static func isEnd(_ text: UnsafeBufferPointer<UInt8>, _ position: Int) -> Bool {
        guard position < text.count else { return true }
        switch text[position] {
        case 0x30...0x39, 0x61...0x7A: return false
        default: return true
        }
    }

    /// Of the first three bytes: phrases are that long, words may end sooner.
    private static func hash(_ bytes: [UInt8], _ position: Int) -> Int {
        bytes.withUnsafeBufferPointer { hash($0, position) }
    }

    private static func hash(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int) -> Int {
        var word: UInt32 = 0
        for index in position..<min(position + 3, bytes.count) {
            word = word << 8 | UInt32(bytes[index])
        }
        return Int((word &* 0x9E37_79B1) >> UInt32(32 - bits))
    }

    private static func halves(_ text: [UInt8]) -> ([UInt8], [UInt8]) {
        guard let star = text.firstIndex(of: 0x2A) else { return (text, []) }
        return (Array(text[..<star]), Array(text[(star + 1)...]))
    }

    private static func trimmed(_ text: [UInt8]) -> [UInt8] {
        var text = text
        while text.last == 0x20 { text.removeLast() }
        return Array(text.drop { $0 == 0x20 })
    }

    /// ASCII letters in lower case, each run of anything but letters, digits and `.@#%'` one
    /// blank, so that line breaks and dashes do not matter; an apostrophe before a word counts as
    /// one too.
    static func normalized(_ text: [UInt8]) -> [UInt8] {
        var plain: [UInt8] = []
        plain.reserveCapacity(text.count)
        for byte in text { append(byte, to: &plain) }
        return plain
    }

    /// Adds one byte of a text to what is normalised of it.
    @inline(__always)
    static func append(_ byte: UInt8, to plain: inout [UInt8]) {
        var mapped = map[Int(byte)]
        // At the beginning of a word it quotes, inside it belongs to it.
        if mapped == 0x27, plain.last ?? 0x20 == 0x20 { mapped = 0x20 }
        if mapped != 0x20 || plain.last != 0x20 { plain.append(mapped) }
    }

    private static let map: [UInt8] = (0...255).map { (byte: UInt8) -> UInt8 in
        switch byte {
        case 0x41...0x5A: byte | 0x20
        case 0x61...0x7A, 0x30...0x39, 0x2E, 0x40, 0x23, 0x25, 0x27, 0x80...0xFF: byte
        default: 0x20
        }
    }
}
