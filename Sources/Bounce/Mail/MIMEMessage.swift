/// A message taken apart (RFC 2045, 2046) in one pass over its lines, without recursion.
///
/// Hostile input is bounded: what is nested deeper or counts more is not taken apart any
/// further, and `isCut` says so. Boundaries are compared from the innermost outwards, so parts
/// that share one cannot make it go round.
struct MIMEMessage: Sendable {
    static let maximumBytes = 1 << 20
    static let maximumHeader = 100 * 1024
    static let maximumDepth = 20
    static let maximumParts = 200

    let bytes: [UInt8]
    let header: MailHeader
    let parts: [MIMEPart]
    /// The first message that this one encloses, with its header, still encoded.
    let enclosed: Range<Int>?
    /// A limit was reached, so not everything was read.
    let isCut: Bool

    init(_ message: some Collection<UInt8>) {
        bytes = Array(message.prefix(Self.maximumBytes))
        var walk = Walk(bytes: bytes)
        walk.run()
        header = walk.topHeader
        parts = walk.parts
        enclosed = walk.enclosed
        isCut = walk.isCut || message.count > Self.maximumBytes
    }

    /// A leaf's content with its transfer encoding undone.
    func content(of part: MIMEPart) -> [UInt8] {
        TransferEncoding.decode(bytes[part.body], named: part.header["content-transfer-encoding"])
    }
}

/// The pass over the lines.
private struct Walk {
    private enum State {
        case header(start: Int)
        case body(start: Int)
        /// After a closing boundary.
        case epilogue
    }

    /// An open multipart.
    private struct Level {
        var boundary: [UInt8]
        var enclosure: Int
    }

    let bytes: [UInt8]
    var topHeader = MailHeader()
    var parts: [MIMEPart] = []
    var isCut = false
    var enclosed: Range<Int>?

    private var state = State.header(start: 0)
    private var levels: [Level] = []
    private var enclosure = 0
    private var depth = 0
    private var hasTop = false
    private var current: (role: MIMEPart.Role, header: MailHeader, type: ContentType)?

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func run() {
        for line in Lines(bytes) {
            if parts.count >= MIMEMessage.maximumParts {
                isCut = true
                return
            }
            if let (level, isClosing) = boundary(at: line.content) {
                finish(at: line.content.lowerBound)
                levels.removeLast(levels.count - level - (isClosing ? 0 : 1))
                enclosure = levels.last?.enclosure ?? 0
                if enclosure == 0, let open = enclosed, open.upperBound == bytes.count {
                    enclosed = open.lowerBound..<max(open.lowerBound, line.content.lowerBound)
                }
                depth = levels.count + enclosure
                state = isClosing ? .epilogue : .header(start: line.next)
                continue
            }
            guard case .header(let start) = state else { continue }
            if line.content.isEmpty {
                // An empty line before any field is passed over at the very beginning.
                if start == line.content.lowerBound && !hasTop {
                    state = .header(start: line.next)
                } else {
                    endHeader(start..<line.content.lowerBound, next: line.next)
                }
            } else if line.next - start > MIMEMessage.maximumHeader {
                isCut = true
                endHeader(start..<line.content.lowerBound, next: line.content.lowerBound)
            }
        }
        finish(at: bytes.count)
    }

    /// The open multipart whose boundary a line is, the innermost first.
    private func boundary(at line: Range<Int>) -> (level: Int, isClosing: Bool)? {
        guard line.count > 2, bytes[line.lowerBound] == 0x2D, bytes[line.lowerBound + 1] == 0x2D
        else { return nil }
        var text = bytes[line].dropFirst(2)
        while let last = text.last, last == 0x20 || last == 0x09 { text.removeLast() }
        for (index, level) in levels.enumerated().reversed() {
            let expected = level.boundary
            guard text.count == expected.count || text.count == expected.count + 2,
                text.starts(with: expected)
            else { continue }
            let rest = text.dropFirst(expected.count)
            if rest.isEmpty { return (index, false) }
            if rest.elementsEqual([0x2D, 0x2D]) { return (index, true) }
        }
        return nil
    }

    /// Ends the part that is being read.
    private mutating func finish(at end: Int) {
        switch state {
        case .body(let start):
            if let current {
                parts.append(
                    MIMEPart(
                        role: current.role, header: current.header, type: current.type,
                        body: start..<max(start, end), enclosure: enclosure))
            }
        case .header(let start):
            // A part that ends within its header may still say something there.
            let header = MailHeader(bytes, in: start..<max(start, end))
            if !hasTop { topHeader = header }
            parts.append(
                MIMEPart(
                    role: .leaf, header: header, type: .plain, body: start..<max(start, end),
                    enclosure: enclosure))
        case .epilogue: break
        }
        current = nil
    }

    private mutating func endHeader(_ range: Range<Int>, next: Int) {
        let header = MailHeader(bytes, in: range)
        if !hasTop {
            topHeader = header
            hasTop = true
        }
        let type = header["content-type"].flatMap { ContentType($0) } ?? .plain
        let mayNest = depth < MIMEMessage.maximumDepth
        current = (.leaf, header, type)
        state = .body(start: next)
        if type.type.hasPrefix("multipart/") {
            current?.role = .preamble
            guard let boundary = type.parameters["boundary"], !boundary.isEmpty else { return }
            guard mayNest else { return isCut = true }
            // Trailing blanks do not belong to a boundary (RFC 2046 §5.1.1).
            levels.append(
                Level(boundary: Array(boundary.trimmedBlanks.utf8), enclosure: enclosure))
            depth += 1
        } else if type.type == "message/rfc822" || type.type == "message/global",
            !TransferEncoding.isEncoded(header["content-transfer-encoding"])
        {
            guard mayNest else { return isCut = true }
            if enclosed == nil { enclosed = next..<max(next, bytes.count) }
            enclosure += 1
            depth += 1
            state = .header(start: next)
            current = nil
        }
    }
}
