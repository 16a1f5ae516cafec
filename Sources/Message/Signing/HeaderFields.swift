/// The header fields of a message that is ready for the wire, found without changing a byte.
struct HeaderFields {
    /// A field's name in lower case and its bytes, without the last line end.
    struct Field {
        let name: String
        let bytes: ArraySlice<UInt8>
    }

    let fields: [Field]
    /// Of the first byte behind the empty line.
    let end: Int

    /// Nil when there is no empty line, or a line that is no field.
    init?(_ bytes: [UInt8]) {
        var fields: [Field] = []
        var start = 0
        while let lineEnd = Self.lineEnd(bytes, from: start) {
            guard lineEnd > start else {
                self.fields = fields
                end = lineEnd + 2
                return
            }
            var end = lineEnd
            while end + 2 < bytes.count, Self.isBlank(bytes[end + 2]),
                let next = Self.lineEnd(bytes, from: end + 2)
            {
                end = next
            }
            let field = bytes[start..<end]
            guard let colon = field.firstIndex(of: UInt8(ascii: ":")), colon > start else {
                return nil
            }
            let name = String(decoding: field[..<colon], as: UTF8.self).lowercased()
            fields.append(Field(name: name, bytes: field))
            start = end + 2
        }
        return nil
    }

    /// The field in the `relaxed` form of DKIM (RFC 6376 §3.4.2), without a line end: name in lower
    /// case, unfolded, runs of blanks one blank, none around the colon and at the end.
    static func relaxed(_ field: ArraySlice<UInt8>) -> [UInt8] {
        let colon = field.firstIndex(of: UInt8(ascii: ":")) ?? field.endIndex
        var out = field[..<colon].compactMap { byte -> UInt8? in
            if isBlank(byte) { return nil }
            return (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
        }
        out.append(UInt8(ascii: ":"))
        let value = out.count
        var hasBlank = false
        for byte in field[colon...].dropFirst() {
            guard byte > 0x20 else {
                hasBlank = true
                continue
            }
            if hasBlank, out.count > value { out.append(0x20) }
            hasBlank = false
            out.append(byte)
        }
        return out
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// Of the CR that ends the line.
    private static func lineEnd(_ bytes: [UInt8], from start: Int) -> Int? {
        var index = start
        while index + 1 < bytes.count {
            if bytes[index] == 0x0D, bytes[index + 1] == 0x0A { return index }
            index += 1
        }
        return nil
    }
}
