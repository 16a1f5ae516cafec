/// One `[kind name]` of a file with its lines, in the order of the file.
///
/// All offsets are bytes from the start of the file, for findings.
package struct Section: Hashable, Sendable {
    /// One `key = value` line.
    package struct Entry: Hashable, Sendable {
        package var key: String
        /// The rest of the line, trimmed; taken as it is, quotes included.
        package var value: String
        package var keyOffset: Int
        /// Where the value begins; the end of the line when it is empty.
        package var valueOffset: Int

        package init(key: String, value: String, keyOffset: Int, valueOffset: Int) {
            self.key = key
            self.value = value
            self.keyOffset = keyOffset
            self.valueOffset = valueOffset
        }

        /// `on`, `yes`, `true` or `off`, `no`, `false`; nil for anything else.
        package var flag: Bool? {
            switch value {
            case "on", "yes", "true": true
            case "off", "no", "false": false
            default: nil
            }
        }

        /// The value's parts between commas, trimmed, each with its own offset; empty parts are
        /// kept so that the caller can point at them.
        package var list: [(text: String, offset: Int)] {
            guard !value.isEmpty else { return [] }
            let bytes = Array(value.utf8)
            var parts: [(text: String, offset: Int)] = []
            var start = 0
            for index in 0...bytes.count where index == bytes.count || bytes[index] == 0x2C {
                let trimmed = bytes[start..<index].trimmedBlanks
                parts.append(
                    (String(decoding: trimmed, as: UTF8.self), valueOffset + trimmed.startIndex))
                start = index + 1
            }
            return parts
        }
    }

    package var kind: String
    /// The second word of the header.
    package var name: String?
    /// Of the header's `[`.
    package var offset: Int
    /// Of the name, or of the kind when there is none.
    package var nameOffset: Int
    package var entries: [Entry]

    package init(
        kind: String, name: String? = nil, offset: Int = 0, nameOffset: Int = 0,
        entries: [Entry] = []
    ) {
        self.kind = kind
        self.name = name
        self.offset = offset
        self.nameOffset = nameOffset
        self.entries = entries
    }

    /// The entry of a key that cannot repeat.
    package subscript(key: String) -> Entry? { entries.first { $0.key == key } }

    /// All entries of a key that may repeat, in order.
    package func all(_ key: String) -> [Entry] { entries.filter { $0.key == key } }
}

extension ArraySlice<UInt8> {
    /// Without blanks, tabs and a carriage return at either end; keeps the indices.
    var trimmedBlanks: Self {
        var slice = self
        while let first = slice.first, first == 0x20 || first == 0x09 { slice.removeFirst() }
        while let last = slice.last, last == 0x20 || last == 0x09 || last == 0x0D {
            slice.removeLast()
        }
        return slice
    }
}
