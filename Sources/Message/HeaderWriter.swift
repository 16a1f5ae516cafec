import Core

/// Writes header fields (RFC 5322 §2.2) onto a growing message: folded at 78 columns, 7-bit, and
/// free of control characters whatever a value holds.
///
/// A tab in a value counts as a blank. Any other control character, C1 controls and Unicode line
/// separators included, is refused: nobody has one in a name, and an attacker would.
struct HeaderWriter {
    /// The longest value taken, in octets of UTF-8.
    static let valueLimit = 4096
    private static let width = 78

    private var bytes: [UInt8] = []
    /// Octets on the line being written.
    private var column = 0

    /// Octets written.
    var count: Int { bytes.count }

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    /// Goes on after bytes that end with a line end.
    init(after bytes: consuming [UInt8]) { self.bytes = bytes }

    /// Hands the bytes over and leaves none, so that whoever goes on does not copy them.
    mutating func takeBytes() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        return taken
    }

    /// Lines that were written before, or a line up to where it goes on.
    struct Prepared: Sendable {
        fileprivate(set) var bytes: [UInt8] = []
        fileprivate var column = 0
    }

    /// Hands over what was written and leaves nothing.
    mutating func takePrepared() -> Prepared {
        defer { column = 0 }
        return Prepared(bytes: takeBytes(), column: column)
    }

    /// Lines that are no header.
    mutating func put(_ body: any LetterBody) { body.append(to: &bytes) }

    mutating func put(_ prepared: Prepared) {
        bytes.append(contentsOf: prepared.bytes)
        column = prepared.column
    }

    /// Free text: as it is when it is ASCII that folds, else encoded words.
    mutating func text(_ name: String, _ value: String) throws(MessageFault) {
        let value = try Self.checked(value, in: name)
        start(name)
        if Self.width - column >= value.utf8.count, Self.isASCIIText(value),
            !Self.hasWordMark(value)
        {
            // Most fit on their line.
            put(value)
        } else if Self.isPlain(value, lineRoom: Self.width - column) {
            foldWords(value)
        } else {
            encoded(value)
        }
        end()
    }

    /// One or more mailboxes, separated by commas.
    mutating func mailboxes(
        _ name: String, _ mailboxes: some Collection<Mailbox>
    ) throws(MessageFault) {
        guard !mailboxes.isEmpty else { throw .empty(header: name) }
        start(name)
        for (index, mailbox) in mailboxes.enumerated() {
            let address = mailbox.address
            let length = address.local.utf8.count + 1 + address.domain.utf8.count
            guard Self.every(address.local, { (0x21..<0x7F).contains($0) }),
                Self.every(address.domain, { (0x21..<0x7F).contains($0) })
            else {
                throw .international(header: name)
            }
            if index > 0 {
                put(",")
                blank(before: 1)
            }
            let shown = try Self.checked(mailbox.name ?? "", in: name)
            if !shown.isEmpty {
                phrase(shown)
                blank(before: length + 3)
                put("<")
                put(address)
                put(">")
            } else {
                if column + length + 1 > Self.width, index == 0 { fold() }
                put(address)
            }
        }
        end()
    }

    /// A name and an identifier in angle brackets, as in List-Id (RFC 2919).
    mutating func identifier(
        _ name: String, label: String?, _ identifier: String
    ) throws(MessageFault) {
        let isLabelled = try startIdentifier(name, label: label)
        try endIdentifier(name, identifier, isLabelled: isLabelled)
    }

    /// The beginning of such a field, and whether there is a name.
    mutating func startIdentifier(
        _ name: String, label: String?
    ) throws(MessageFault) -> Bool {
        start(name)
        let label = try Self.checked(label ?? "", in: name)
        if !label.isEmpty { phrase(label) }
        return !label.isEmpty
    }

    /// The rest of it; `front` is a dot-atom with a dot behind it, or empty.
    mutating func endIdentifier(
        _ name: String, front: String = "", _ identifier: String, isLabelled: Bool
    ) throws(MessageFault) {
        let length = front.utf8.count + identifier.utf8.count
        guard Self.isDotAtom(identifier), length <= 255 else { throw .malformed(header: name) }
        if isLabelled { blank(before: length + 2) }
        put("<")
        put(front)
        put(identifier)
        put(">")
        end()
    }

    /// `<left@right>`, both dot-atoms (RFC 5322 §3.6.4).
    mutating func messageID(_ name: String, _ value: String) throws(MessageFault) {
        guard value.utf8.count <= 250, Self.isMessageID(value) else {
            throw .malformed(header: name)
        }
        start(name)
        putBracketed(value)
        end()
    }

    /// URLs in angle brackets, separated by commas (RFC 2369); each stays whole on its line.
    mutating func urls(_ name: String, _ urls: [String]) throws(MessageFault) {
        guard !urls.isEmpty else { throw .empty(header: name) }
        start(name)
        for (index, url) in urls.enumerated() {
            guard url.utf8.count <= 900, !url.isEmpty,
                Self.every(
                    url,
                    {
                        (0x21..<0x7F).contains($0) && $0 != UInt8(ascii: "<")
                            && $0 != UInt8(ascii: ">")
                            && $0 != UInt8(ascii: ",")
                    })
            else { throw .malformed(header: name) }
            if index > 0 {
                put(",")
                blank(before: url.utf8.count + 2)
            }
            putBracketed(url)
        }
        end()
    }

    /// A value of ours, ASCII and short: written as it is.
    mutating func literal(_ name: String, _ value: String) {
        start(name)
        put(value)
        end()
    }

    /// A Feedback-ID up to its sender.
    mutating func startFeedbackID(_ feedbackID: FeedbackID) {
        start("Feedback-ID")
        feedbackID.appendShared(to: &bytes)
    }

    /// The sender, and the end of the line.
    mutating func endFeedbackID(_ sender: String) {
        FeedbackID.append(sender, to: &bytes)
        end()
    }

    /// A value of ours with parameters, each on a line of its own.
    mutating func literal(_ name: String, _ value: String, _ parameters: [String]) {
        start(name)
        put(value)
        for parameter in parameters {
            put(";")
            fold()
            put(parameter)
        }
        end()
    }

    /// A line that is no header field: a boundary, or the empty line before a body.
    mutating func line(_ front: String, _ text: String = "", _ end: String = "") {
        put(front)
        put(text)
        put(end)
        self.end()
    }

    /// The beginning of `literal` with one parameter, up to its value and the quote behind it.
    mutating func startLiteral(_ name: String, _ value: String, _ parameter: String) {
        start(name)
        put(value)
        put(";")
        fold()
        put(parameter)
        put("=\"")
    }

    // MARK: - Pieces

    private mutating func start(_ name: String) {
        column = 0
        put(name)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(UInt8(ascii: " "))
        column += 2
    }

    private mutating func end() {
        bytes.append(0x0D)
        bytes.append(0x0A)
    }

    private mutating func put(_ text: String) {
        let start = bytes.count
        // Counts no reference, as `withUTF8` of a copy does.
        if text.utf8.withContiguousStorageIfAvailable({ bytes.append(contentsOf: $0) }) == nil {
            bytes.append(contentsOf: Array(text.utf8))
        }
        column += bytes.count - start
    }

    private mutating func put(_ address: EmailAddress) {
        put(address.local)
        bytes.append(UInt8(ascii: "@"))
        column += 1
        put(address.domain)
    }

    private mutating func putBracketed(_ text: String) {
        bytes.append(UInt8(ascii: "<"))
        put(text)
        bytes.append(UInt8(ascii: ">"))
        column += 2
    }

    private mutating func put(_ part: ArraySlice<UInt8>) {
        bytes.append(contentsOf: part)
        column += part.count
    }

    /// A line end; the caller goes on with a blank, or has just written nothing but the name.
    private mutating func fold() {
        bytes.append(contentsOf: [0x0D, 0x0A, 0x20])
        column = 1
    }

    /// A blank, or a fold when `next` more octets would not fit.
    private mutating func blank(before next: Int) {
        if column + 1 + next > Self.width { fold() } else { put(" ") }
    }

    private mutating func foldWords(_ value: String) {
        let bytes = Array(value.utf8)
        var start = 0
        while start < bytes.count {
            var end = start
            while end < bytes.count, bytes[end] == 0x20 { end += 1 }
            while end < bytes.count, bytes[end] != 0x20 { end += 1 }
            if column + (end - start) > Self.width, start > 0 {
                self.bytes.append(contentsOf: [0x0D, 0x0A])
                column = 0
            }
            put(bytes[start..<end])
            start = end
        }
    }

    private mutating func encoded(_ value: String) {
        if Self.width - column < EncodedWords.leastRoom { fold() }
        let (count, isFolded) = EncodedWords.append(
            value, firstRoom: Self.width - column, to: &bytes)
        column = (isFolded ? 1 : column) + count
    }

    /// A display name (RFC 5322 §3.2.5): atoms, a quoted string, or encoded words.
    private mutating func phrase(_ text: String) {
        let isShort = text.utf8.count <= Self.width - 20
        if isShort, text.utf8.allSatisfy({ $0 == 0x20 || Self.isAtom($0) }), !Self.hasWordMark(text)
        {
            if column + text.utf8.count > Self.width { fold() }
            put(text)
        } else if isShort, Self.isASCIIText(text), !Self.hasWordMark(text) {
            var quoted = "\""
            for scalar in text.unicodeScalars {
                if scalar == "\"" || scalar == "\\" { quoted.unicodeScalars.append("\\") }
                quoted.unicodeScalars.append(scalar)
            }
            quoted += "\""
            if column + quoted.utf8.count > Self.width { fold() }
            put(quoted)
        } else {
            encoded(text)
        }
    }

    // MARK: - Judgement

    /// The value trimmed, tabs as blanks, or why it may not stand in a header.
    private static func checked(_ value: String, in name: String) throws(MessageFault) -> String {
        guard value.utf8.count <= valueLimit else { throw .tooLong(header: name) }
        if isASCIIText(value) { return value.trimmed }
        var text = value
        if !every(value, { $0 != 0x09 }) {
            text = String(value.map { $0 == "\t" ? " " : $0 })
        }
        guard !holdsControls(text) else { throw .control(header: name) }
        return text.trimmed
    }

    /// Whether there is a control character or a Unicode line separator in it. In UTF-8 those
    /// behind ASCII are C2 80 to C2 9F, E2 80 A8 and E2 80 A9.
    private static func holdsControls(_ text: String) -> Bool {
        var (last, beforeLast): (UInt8, UInt8) = (0, 0)
        return !every(text) { byte in
            defer { (beforeLast, last) = (last, byte) }
            if byte < 0x20 || byte == 0x7F { return false }
            if last == 0xC2, byte < 0xA0 { return false }
            return !(beforeLast == 0xE2 && last == 0x80 && (byte == 0xA8 || byte == 0xA9))
        }
    }

    /// Whether the text can stand as it is: ASCII, nothing that reads as an encoded word, and no
    /// word too long to fold before.
    private static func isPlain(_ text: String, lineRoom: Int) -> Bool {
        guard isASCIIText(text), !hasWordMark(text) else { return false }
        let words = text.utf8.split(separator: 0x20)
        return words.allSatisfy { $0.count < width - 1 } && words.first?.count ?? 0 <= lineRoom
    }

    /// Whether it holds what an encoded word begins with.
    private static func hasWordMark(_ text: String) -> Bool {
        var isBehindEquals = false
        return !every(text) { byte in
            defer { isBehindEquals = byte == 0x3D }
            return !isBehindEquals || byte != 0x3F
        }
    }

    private static func isASCIIText(_ text: String) -> Bool {
        every(text) { (0x20..<0x7F).contains($0) }
    }

    private static func every(_ text: String, _ holds: (UInt8) -> Bool) -> Bool {
        text.utf8.withContiguousStorageIfAvailable { $0.allSatisfy(holds) }
            ?? text.utf8.allSatisfy(holds)
    }

    private static func isMessageID(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { octets in
            guard let at = octets.firstIndex(of: UInt8(ascii: "@")) else { return false }
            return isDotAtom(UnsafeBufferPointer(rebasing: octets[..<at]))
                && isDotAtom(UnsafeBufferPointer(rebasing: octets[(at + 1)...]))
        }
    }

    /// RFC 5322 §3.2.3 `dot-atom-text`.
    static func isDotAtom(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { isDotAtom($0) }
    }

    private static func isDotAtom(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var isBehindDot = true
        for byte in text {
            guard byte == UInt8(ascii: ".") ? !isBehindDot : isAtom(byte) else { return false }
            isBehindDot = byte == UInt8(ascii: ".")
        }
        return !isBehindDot
    }

    private static func isAtom(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "!"),
            UInt8(ascii: "#")...UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "?"),
            UInt8(ascii: "^")...UInt8(ascii: "`"), UInt8(ascii: "{")...UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
