import Core

/// Takes a body out of the input as its framing says (RFC 9112 §6, §7.1).
struct BodyDecoder: Sendable {
    enum Step: Equatable {
        case needMore
        case bytes([UInt8])
        case end
    }

    private enum State: Sendable {
        case plain(left: Int)
        case untilClose
        case chunkSize
        case chunk(left: Int)
        case chunkEnd
        case trailer(FieldSection)
        case ended
    }

    private var state: State
    private let limits: HTTPLimits
    private var bytesRead = 0

    init(_ framing: BodyFraming, limits: HTTPLimits) {
        self.limits = limits
        state =
            switch framing {
            case .none: .ended
            case .length(let count): .plain(left: count)
            case .chunked: .chunkSize
            case .untilClose: .untilClose
            }
    }

    /// Whether the end of the connection is a regular end of this body.
    var endsAtClose: Bool {
        switch state {
        case .untilClose, .ended: true
        default: false
        }
    }

    /// The next piece. A body of more than `limit` octets is refused, a declared one before its
    /// first octet.
    mutating func next(
        _ input: inout InputBuffer, limit: Int
    ) throws(HTTPFailure) -> Step {
        while true {
            switch state {
            case .ended: return .end
            case .plain(let left):
                guard bytesRead + left <= limit else { throw Self.tooLarge }
                if left == 0 {
                    state = .ended
                } else {
                    let piece = input.take(atMost: left)
                    guard !piece.isEmpty else { return .needMore }
                    bytesRead += piece.count
                    state = .plain(left: left - piece.count)
                    return .bytes(piece)
                }
            case .untilClose:
                let piece = input.take(atMost: .max)
                guard !piece.isEmpty else { return .needMore }
                bytesRead += piece.count
                guard bytesRead <= limit else { throw Self.tooLarge }
                return .bytes(piece)
            case .chunkSize:
                guard let size = try Self.chunkSize(&input) else { return .needMore }
                guard size <= limit - bytesRead else { throw Self.tooLarge }
                state =
                    size == 0
                    ? .trailer(
                        FieldSection(bytesLeft: limits.headBytes, fieldLimit: limits.fields))
                    : .chunk(left: size)
            case .chunk(let left):
                let piece = input.take(atMost: left)
                guard !piece.isEmpty else { return .needMore }
                bytesRead += piece.count
                state = left == piece.count ? .chunkEnd : .chunk(left: left - piece.count)
                return .bytes(piece)
            case .chunkEnd:
                guard let ended = input.skipLineEnd() else { return .needMore }
                guard ended else { throw .bad("a chunk is longer than its size says") }
                state = .chunkSize
            case .trailer(var section):
                // Trailer fields are read and dropped: nothing of ours needs any (§7.1.2).
                let trailer = try section.read(&input)
                state = trailer == nil ? .trailer(section) : .ended
                if trailer == nil { return .needMore }
            }
        }
    }

    private static let tooLarge = HTTPFailure(413, "the body is too large")

    /// Octets of the line that holds a chunk's size and extensions.
    private static let sizeLineLimit = 256

    /// Hexadecimal digits, then nothing or `;` and extensions, which are ignored (§7.1.1). Blanks
    /// before the `;` are legal to accept and are refused: they are of use to smugglers only.
    private static func chunkSize(_ input: inout InputBuffer) throws(HTTPFailure) -> Int? {
        let line: Range<Int>
        switch input.line(atMost: sizeLineLimit) {
        case .incomplete: return nil
        case .tooLong: throw .bad("a chunk's size line is too long")
        case .bareLineFeed: throw .bad("a chunk's size line ends in a bare line feed")
        case .line(let range): line = range
        }
        var size = 0
        var index = line.lowerBound
        while index < line.upperBound, let digit = HexDigit.value(input.bytes[index]) {
            // 8 digits are 4 GB: no overflow, and nobody pads with zeros.
            guard index - line.lowerBound < 8 else { throw .bad("a chunk's size is too long") }
            size = size << 4 | Int(digit)
            index += 1
        }
        guard index > line.lowerBound else { throw .bad("a chunk has no size") }
        if index < line.upperBound {
            guard input.bytes[index] == UInt8(ascii: ";") else {
                throw .bad("a chunk's size is not a number")
            }
            guard isExtensions(input.bytes[index..<line.upperBound]) else {
                throw .bad("a chunk's extension is not NAME or NAME=VALUE")
            }
        }
        return size
    }

    /// Any number of `;name`, `;name=token` and `;name="text"`.
    private static func isExtensions(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.allSatisfy({ isValueByte($0) && $0 < 0x80 }) else { return false }
        var rest = bytes
        while let semicolon = rest.popFirst() {
            let name = rest.prefix(while: isTokenByte)
            guard semicolon == UInt8(ascii: ";"), !name.isEmpty else { return false }
            rest = rest[name.endIndex...]
            guard rest.first == UInt8(ascii: "=") else { continue }
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "\"") {
                guard let behind = endOfQuoted(rest) else { return false }
                rest = rest[behind...]
            } else {
                let value = rest.prefix(while: isTokenByte)
                guard !value.isEmpty else { return false }
                rest = rest[value.endIndex...]
            }
        }
        return true
    }

    /// Where a quoted string (RFC 9110 §5.6.4) is over; nil when it does not end.
    private static func endOfQuoted(_ bytes: ArraySlice<UInt8>) -> Int? {
        var index = bytes.startIndex + 1
        while index < bytes.endIndex {
            if bytes[index] == UInt8(ascii: "\"") { return index + 1 }
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return nil
    }
}
