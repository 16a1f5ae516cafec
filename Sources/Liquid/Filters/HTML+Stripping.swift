internal import Core

extension HTML {
    /// As `escape`, but references that stand there already stay.
    static func escapeOnce(_ text: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        for (at, byte) in text.enumerated() {
            if let reference = reference(byte), byte != 0x26 || !isReference(text, at + 1) {
                reference.withUTF8Buffer { out.append(contentsOf: $0) }
            } else {
                out.append(byte)
            }
        }
        return out
    }

    /// `name;` or `#123;`, looked for within 64 bytes: no reference is longer.
    private static func isReference(_ text: [UInt8], _ start: Int) -> Bool {
        let isNumber = start < text.count && text[start] == 0x23
        let first = isNumber ? start + 1 : start
        var at = first
        while at < min(text.count, start + 64), isNumber ? text[at].isDigit : text[at].isLetter {
            at += 1
        }
        return at > first && at < text.count && text[at] == 0x3B
    }

    /// Without scripts, comments, styles and tags.
    static func strip(_ text: [UInt8]) -> [UInt8] {
        tags(of: blocks(of: text))
    }

    private static func blocks(of text: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        var at = 0
        // Once a closing part is not found, it stands nowhere behind either.
        var missing: Set<String> = []
        while at < text.count {
            if text[at] == 0x3C, let end = block(text, at, &missing) {
                at = end
            } else {
                out.append(text[at])
                at += 1
            }
        }
        return out
    }

    private static func block(
        _ text: [UInt8], _ at: Int, _ missing: inout Set<String>
    ) -> Int? {
        let kinds: [(StaticString, String)] = [
            ("<script", "</script>"), ("<!--", "-->"), ("<style", "</style>"),
        ]
        for (open, close) in kinds where text.starts(with: open, at: at, before: text.count) {
            guard !missing.contains(close) else { return nil }
            let start = at + open.utf8CodeUnitCount
            if let end = TextSearch.first(Array(close.utf8), in: text, from: start) {
                return end + close.utf8.count
            }
            missing.insert(close)
        }
        return nil
    }

    private static func tags(of text: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        var at = 0
        while at < text.count {
            if text[at] == 0x3C {
                guard let end = text[at...].firstIndex(of: 0x3E) else {
                    out += text[at...]
                    break
                }
                at = end + 1
            } else {
                out.append(text[at])
                at += 1
            }
        }
        return out
    }
}
