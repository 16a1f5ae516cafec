internal import Core

/// Filters that change how a text looks.
enum TextFilters {
    static let all: [Filter] = [
        Filter("downcase") { input, _, _ in .string(changeCase(input.textBytes, upper: false)) },
        Filter("upcase") { input, _, _ in .string(changeCase(input.textBytes, upper: true)) },
        Filter("capitalize") { input, _, _ in
            let text = input.textBytes
            let first = text.characters(from: 0, count: 1)
            return .string(
                changeCase(first, upper: true)
                    + changeCase(Array(text[first.count...]), upper: false))
        },
        Filter("strip") { input, _, _ in .string(strip(input.textBytes, left: true, right: true)) },
        Filter("lstrip") { input, _, _ in
            .string(strip(input.textBytes, left: true, right: false))
        },
        Filter("rstrip") { input, _, _ in
            .string(strip(input.textBytes, left: false, right: true))
        },
        Filter("squish") { input, _, _ in
            input.isNull ? .null : .string(squish(input.textBytes))
        },
        Filter("strip_html") { input, _, _ in .string(HTML.strip(input.textBytes)) },
        Filter("strip_newlines") { input, _, _ in
            .string(replaceNewlines(input.textBytes, with: []))
        },
        Filter("newline_to_br") { input, _, _ in
            .string(replaceNewlines(input.textBytes, with: Array("<br />\n".utf8)))
        },
        Filter("truncate", 0...2) { input, arguments, m throws(Stop) in
            try truncate(input, arguments)
        },
        Filter("truncatewords", 0...2) { input, arguments, m throws(Stop) in
            try truncateWords(input, arguments)
        },
        Filter("slice", 1...2) { input, arguments, m throws(Stop) in
            try slice(input, arguments)
        },
    ]

    static func changeCase(_ text: [UInt8], upper: Bool) -> [UInt8] {
        if text.allSatisfy({ $0 < 0x80 }) {
            return text.map { byte in
                guard byte.isLetter else { return byte }
                return upper ? byte & 0xDF : byte | 0x20
            }
        }
        return Array((upper ? text.text.uppercased() : text.text.lowercased()).utf8)
    }

    /// Ruby's `strip` also takes NUL for a blank.
    private static func strip(_ text: [UInt8], left: Bool, right: Bool) -> [UInt8] {
        var slice = text[...]
        if left { slice = slice.drop { $0.isSpace || $0 == 0 } }
        if right { while let last = slice.last, last.isSpace || last == 0 { slice.removeLast() } }
        return Array(slice)
    }

    private static func squish(_ text: [UInt8]) -> [UInt8] {
        Array(words(strip(text, left: true, right: true)).joined(separator: [0x20]))
    }

    static func words(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
        text.split(omittingEmptySubsequences: true, whereSeparator: \.isSpace)
    }

    private static func replaceNewlines(_ text: [UInt8], with replacement: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        for byte in text {
            if byte == 0x0A {
                if out.last == 0x0D { out.removeLast() }
                out += replacement
            } else {
                out.append(byte)
            }
        }
        return out
    }

    /// A whole number, as Ruby's `Integer(value.to_s)`.
    static func integer(_ value: Value) throws(Stop) -> Int {
        if case .int(let n) = value { return n }
        if case .string(let text) = value, let n = Numbers.wholeInteger(text) { return n }
        throw .fault("a whole number is expected, not \(value.kind)")
    }

    private static func truncate(
        _ input: Value, _ arguments: FilterArguments
    ) throws(Stop) -> Value {
        if input.isNull { return .null }
        let text = input.textBytes
        let length = arguments.count > 0 ? try integer(arguments.first) : 50
        let end = arguments.count > 1 ? arguments.second.textBytes : Array("...".utf8)
        guard text.characterCount > length else { return .string(text) }
        let kept = max(0, length.subtractingReportingOverflow(end.characterCount).partialValue)
        return .string(text.characters(from: 0, count: kept) + end)
    }

    private static func truncateWords(
        _ input: Value, _ arguments: FilterArguments
    ) throws(Stop) -> Value {
        if input.isNull { return .null }
        let text = input.textBytes
        let count = max(1, arguments.count > 0 ? try integer(arguments.first) : 15)
        let end = arguments.count > 1 ? arguments.second.textBytes : Array("...".utf8)
        let words = words(text)
        // A blank behind the last word counts as one more, as in the original's split.
        let isLonger =
            words.count > count || words.count == count && text.last?.isSpace == true
        guard isLonger else { return .string(text) }
        return .string(Array(words.prefix(count).joined(separator: [0x20])) + end)
    }

    private static func slice(_ input: Value, _ arguments: FilterArguments) throws(Stop) -> Value {
        let offset = try integer(arguments.first)
        let length = !arguments.second.isTruthy ? 1 : try integer(arguments.second)
        func bounds(_ count: Int) -> Range<Int>? {
            let start = offset < 0 ? count &+ offset : offset
            guard length >= 0, start >= 0, start <= count else { return nil }
            return start..<start + min(length, count - start)
        }
        if case .array(let items) = input {
            return .array(bounds(items.count).map { Array(items[$0]) } ?? [])
        }
        let text = input.textBytes
        guard let range = bounds(text.characterCount) else { return .string([]) }
        return .string(text.characters(from: range.lowerBound, count: range.count))
    }
}
