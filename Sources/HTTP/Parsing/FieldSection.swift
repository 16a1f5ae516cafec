/// Reads field lines up to the empty line: a head's or a trailer's (RFC 9112 §5).
struct FieldSection: Sendable {
    private var fields: [HeaderFields.Field] = []
    private var bytesLeft: Int
    private let fieldLimit: Int

    /// `bytesLeft` counts the octets of all lines, line ends included.
    init(bytesLeft: Int, fieldLimit: Int) {
        self.bytesLeft = bytesLeft
        self.fieldLimit = fieldLimit
    }

    /// The fields when the empty line has come, nil while more is needed.
    mutating func read(_ input: inout InputBuffer) throws(HTTPFailure) -> HeaderFields? {
        while true {
            switch input.line(atMost: bytesLeft - 2) {
            case .incomplete: return nil
            case .tooLong: throw HTTPFailure(431, "the header is too long")
            case .bareLineFeed: throw .bad("a header line ends in a bare line feed")
            case .line(let range):
                if range.isEmpty { return HeaderFields(fields: fields) }
                guard fields.count < fieldLimit else {
                    throw HTTPFailure(431, "there are more than \(fieldLimit) header fields")
                }
                bytesLeft -= range.count + 2
                fields.append(try Self.field(input.bytes, range))
            }
        }
    }

    /// One `name: value`. No blank before the colon, no continuation line (RFC 9112 §5.1, §5.2).
    private static func field(
        _ bytes: [UInt8], _ line: Range<Int>
    ) throws(HTTPFailure) -> HeaderFields.Field {
        if bytes[line.lowerBound] == 0x20 || bytes[line.lowerBound] == 0x09 {
            throw .bad("a header line is folded")
        }
        var colon = line.lowerBound
        while colon < line.upperBound, bytes[colon] != UInt8(ascii: ":") {
            guard isTokenByte(bytes[colon]) else {
                throw .bad("a header name holds a character it must not")
            }
            colon += 1
        }
        guard colon < line.upperBound else { throw .bad("a header line has no colon") }
        guard colon > line.lowerBound else { throw .bad("a header field has no name") }
        var value = colon + 1..<line.upperBound
        while let first = value.first, isBlank(bytes[first]) {
            value = first + 1..<value.upperBound
        }
        while let last = value.last, isBlank(bytes[last]) { value = value.lowerBound..<last }
        guard bytes[value].allSatisfy(isValueByte) else {
            throw .bad("a header value holds a control character")
        }
        return HeaderFields.Field(
            name: lowerCased(bytes[line.lowerBound..<colon]),
            value: String(decoding: bytes[value], as: UTF8.self))
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func lowerCased(_ ascii: ArraySlice<UInt8>) -> String {
        String(unsafeUninitializedCapacity: ascii.count) { buffer in
            var index = 0
            for byte in ascii {
                let isUpper = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
                buffer[index] = isUpper ? byte | 0x20 : byte
                index += 1
            }
            return index
        }
    }
}
