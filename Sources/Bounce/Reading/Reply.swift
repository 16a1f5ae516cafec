internal import Core

/// Codes in the words of a server.
enum Reply {
    /// Bytes that are looked at.
    static let maximumText = 2_000

    /// The first enhanced status (RFC 3463) in a text: a word of its own, class 4 or 5, or 2.
    static func status(in text: String) -> EnhancedStatus? { status(in: Array(text.utf8)[...]) }

    static func status(in text: ArraySlice<UInt8>) -> EnhancedStatus? {
        var found: EnhancedStatus?
        words(text) { word in
            guard (5...9).contains(word.count), let first = word.first,
                first == 0x32 || first == 0x34 || first == 0x35
            else { return true }
            found = EnhancedStatus(String(decoding: word, as: UTF8.self))
            return found == nil
        }
        return found
    }

    /// The first basic code from 400 to 599 in a text.
    static func code(in text: String) -> Int? { code(in: Array(text.utf8)[...]) }

    static func code(in text: ArraySlice<UInt8>) -> Int? {
        var found: Int?
        words(text) { word in
            guard word.count == 3, let first = word.first, first == 0x34 || first == 0x35,
                word.allSatisfy({ $0 != 0x2E })
            else { return true }
            found = word.reduce(0) { $0 * 10 + Int($1 - 0x30) }
            return false
        }
        return found
    }

    /// Runs of digits and dots, ended by anything else; not part of longer words. Until `take`
    /// returns false.
    private static func words(_ text: ArraySlice<UInt8>, _ take: (ArraySlice<UInt8>) -> Bool) {
        let text = text.prefix(maximumText)
        var index = text.startIndex
        while index < text.endIndex {
            guard isWord(text[index]) else {
                index += 1
                continue
            }
            let start = index
            var isNumber = true
            while index < text.endIndex, isWord(text[index]) {
                let byte = text[index]
                if byte != 0x2E && !(0x30...0x39).contains(byte) { isNumber = false }
                index += 1
            }
            guard isNumber else { continue }
            var word = text[start..<index]
            if word.last == 0x2E { word.removeLast() }
            if !take(word) { return }
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2E, 0x80...0xFF: true
        default: false
        }
    }

    /// Printable ASCII, runs of blanks one blank, other bytes `?`, at most 500.
    static func printable(_ text: String) -> String { printable(Array(text.utf8)[...]) }

    static func printable(_ text: ArraySlice<UInt8>) -> String {
        var plain: [UInt8] = []
        for byte in text {
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
