import Core

/// Codes in the words of a server.
enum Reply {
    /// The first enhanced status (RFC 3463) in a text: a word of its own, class 4 or 5, or 2.
    static func status(in text: String) -> EnhancedStatus? {
        for word in words(text) where word.count >= 5 && word.count <= 9 {
            let trimmed = String(decoding: word, as: UTF8.self)
            if let status = EnhancedStatus(trimmed) { return status }
        }
        return nil
    }

    /// The first basic code from 400 to 599 in a text.
    static func code(in text: String) -> Int? {
        for word in words(text) where word.count == 3 {
            if let first = word.first, first == 0x34 || first == 0x35,
                let code = Int(String(decoding: word, as: UTF8.self))
            {
                return code
            }
        }
        return nil
    }

    /// Runs of digits and dots, ended by anything else; not part of longer words.
    private static func words(_ text: String) -> [ArraySlice<UInt8>] {
        let bytes = Array(text.utf8.prefix(2_000))
        return bytes.split { !isWord($0) }.map { word in
            word.last == 0x2E ? word.dropLast() : word
        }.filter { $0.allSatisfy { $0 == 0x2E || (0x30...0x39).contains($0) } }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2E, 0x80...0xFF: true
        default: false
        }
    }

    /// Printable ASCII, runs of blanks one blank, other bytes `?`, at most 500.
    static func printable(_ text: String) -> String {
        var plain: [UInt8] = []
        for byte in text.utf8 {
            guard plain.count < 500 else { break }
            switch byte {
            case 0x21...0x7E: plain.append(byte)
            case 0x20, 0x09, 0x0A, 0x0D: if plain.last != 0x20 { plain.append(0x20) }
            default: plain.append(0x3F)
            }
        }
        return String(decoding: plain, as: UTF8.self).trimmedBlanks
    }
}
