/// Filters that put texts together and take them apart.
enum EditFilters {
    static let all: [Filter] = [
        Filter("append", 1...1) { input, arguments, m throws(Stop) in
            try join(input.textBytes, arguments.first.textBytes, m)
        },
        Filter("prepend", 1...1) { input, arguments, m throws(Stop) in
            try join(arguments.first.textBytes, input.textBytes, m)
        },
        Filter("replace", 1...2) { input, arguments, m throws(Stop) in
            try replaceAll(input, arguments.first, arguments.second, m)
        },
        Filter("remove", 1...1) { input, arguments, m throws(Stop) in
            try replaceAll(input, arguments.first, .null, m)
        },
        Filter("replace_first", 1...2) { input, arguments, _ in
            replaceFirst(input, arguments.first, arguments.second)
        },
        Filter("remove_first", 1...1) { input, arguments, _ in
            replaceFirst(input, arguments.first, .null)
        },
        Filter("replace_last", 2...2) { input, arguments, _ in
            replaceLast(input, arguments.first, arguments.second)
        },
        Filter("remove_last", 1...1) { input, arguments, _ in
            replaceLast(input, arguments.first, .null)
        },
        Filter("split", 1...1) { input, arguments, m throws(Stop) in
            let parts = split(input.textBytes, arguments.first.textBytes)
            try m.checkCount(parts.count)
            return .array(parts.map(Value.string))
        },
    ]

    private static func join(
        _ a: [UInt8], _ b: [UInt8], _ m: borrowing Machine
    ) throws(Stop) -> Value {
        try m.checkBytes(a.count + b.count)
        return .string(a + b)
    }

    private static func replaceAll(
        _ input: Value, _ pattern: Value, _ replacement: Value, _ m: borrowing Machine
    ) throws(Stop) -> Value {
        let text = input.textBytes
        let pattern = pattern.textBytes
        let replacement = replacement.textBytes
        let places =
            pattern.isEmpty
            ? text.indices.filter { text[$0] & 0xC0 != 0x80 } + [text.count]
            : TextSearch.all(pattern, in: text)
        guard !places.isEmpty else { return .string(text) }
        let (added, overflow) = places.count.multipliedReportingOverflow(by: replacement.count)
        try m.checkBytes(overflow ? .max : added)
        var out: [UInt8] = []
        out.reserveCapacity(text.count + added)
        var at = 0
        for place in places {
            out += text[at..<place]
            out += replacement
            at = place + pattern.count
        }
        out += text[at...]
        return .string(out)
    }

    private static func replaceFirst(
        _ input: Value, _ pattern: Value, _ replacement: Value
    ) -> Value {
        var text = input.textBytes
        let pattern = pattern.textBytes
        guard let place = TextSearch.first(pattern, in: text) else { return .string(text) }
        text.replaceSubrange(place..<place + pattern.count, with: replacement.textBytes)
        return .string(text)
    }

    private static func replaceLast(
        _ input: Value, _ pattern: Value, _ replacement: Value
    ) -> Value {
        var text = input.textBytes
        let pattern = pattern.textBytes
        guard let place = TextSearch.last(pattern, in: text) else { return .string(text) }
        text.replaceSubrange(place..<place + pattern.count, with: replacement.textBytes)
        return .string(text)
    }

    /// As Ruby's `split`: a blank splits at any run of blanks, nothing splits into characters, and
    /// empty parts at the end are dropped.
    private static func split(_ text: [UInt8], _ pattern: [UInt8]) -> [[UInt8]] {
        if pattern == [0x20] { return TextFilters.words(text).map(Array.init) }
        if pattern.isEmpty {
            var starts = text.indices.filter { text[$0] & 0xC0 != 0x80 }
            starts.append(text.count)
            return zip(starts, starts.dropFirst()).map { Array(text[$0..<$1]) }
        }
        var parts: [[UInt8]] = []
        var at = 0
        for place in TextSearch.all(pattern, in: text) {
            parts.append(Array(text[at..<place]))
            at = place + pattern.count
        }
        parts.append(Array(text[at...]))
        while parts.last?.isEmpty == true { parts.removeLast() }
        return parts
    }
}
