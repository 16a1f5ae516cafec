import Core

/// A reference in a template that names a file of the folder: an image's `src` without scheme.
package enum LocalPath {
    /// The path as it stands in the template, entities decoded; nil for URLs and empty references.
    package static func of(_ reference: String) -> String? {
        let text = reference.trimmed
        guard !text.isEmpty, !text.hasPrefix("//"), !text.hasPrefix("#") else { return nil }
        let scheme = text.utf8.prefix { byte in
            HTMLTokenizer.isLetter(byte) || (0x30...0x39).contains(byte)
                || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: ".")
        }
        if !scheme.isEmpty, scheme.endIndex < text.utf8.endIndex,
            text.utf8[scheme.endIndex] == UInt8(ascii: ":")
        {
            return nil
        }
        return text.hasPrefix("./") ? String(text.dropFirst(2)) : text
    }

    /// Whether the path stays below the folder.
    static func isBelow(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." } && !path.contains("\\")
    }

    /// With `%20` and the like decoded, as editors write paths; nil when nothing is encoded.
    static func percentDecoded(_ path: String) -> String? {
        var decoded: [UInt8] = []
        let bytes = Array(path.utf8)
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let high = digit(bytes[index + 1]), let low = digit(bytes[index + 2])
            {
                decoded.append(high << 4 | low)
                index += 3
            } else {
                decoded.append(bytes[index])
                index += 1
            }
        }
        return decoded.count == bytes.count ? nil : String(decoding: decoded, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
