/// Escaping for HTML.
package enum HTML {
    /// Writes `& < > " '` as references, so that the text can stand between tags and in attribute
    /// values in quotes of either kind.
    package static func escape(_ text: [UInt8], to out: inout [UInt8]) {
        text.withUnsafeBufferPointer { escape($0, to: &out) }
    }

    package static func escape(_ bytes: UnsafeBufferPointer<UInt8>, to out: inout [UInt8]) {
        var start = 0
        for at in 0..<bytes.count {
            let byte = bytes[at]
            // All five lie between " and >: most bytes are told by one comparison.
            guard byte &- 0x22 <= 0x1C, let reference = reference(byte) else { continue }
            out.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<at]))
            reference.withUTF8Buffer { out.append(contentsOf: $0) }
            start = at + 1
        }
        out.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start...]))
    }

    package static func escaped(_ text: String) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count + 16)
        escape(Array(text.utf8), to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// Whether `escape` writes anything but the text itself.
    package static func changes(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        text.contains { $0 &- 0x22 <= 0x1C && reference($0) != nil }
    }

    /// What stands for a character that is markup; nil for every other octet.
    package static func reference(_ byte: UInt8) -> StaticString? {
        switch byte {
        case UInt8(ascii: "&"): "&amp;"
        case UInt8(ascii: "<"): "&lt;"
        case UInt8(ascii: ">"): "&gt;"
        case UInt8(ascii: "\""): "&quot;"
        case UInt8(ascii: "'"): "&#39;"
        default: nil
        }
    }
}
