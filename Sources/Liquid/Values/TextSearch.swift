/// Finding one text in another, in time linear in both (Knuth-Morris-Pratt).
enum TextSearch {
    static func first(_ needle: [UInt8], in text: [UInt8], from start: Int = 0) -> Int? {
        if needle.isEmpty { return start <= text.count ? start : nil }
        guard needle.count <= text.count - start else { return nil }
        if needle.count == 1 {
            return text[start...].firstIndex(of: needle[0])
        }
        return Finder(needle).next(in: text, from: start)
    }

    static func last(_ needle: [UInt8], in text: [UInt8]) -> Int? {
        if needle.isEmpty { return text.count }
        let found = Finder(Array(needle.reversed())).next(in: Array(text.reversed()), from: 0)
        return found.map { text.count - $0 - needle.count }
    }

    /// All places, from the left, without overlap.
    static func all(_ needle: [UInt8], in text: [UInt8]) -> [Int] {
        let finder = Finder(needle)
        var places: [Int] = []
        var at = 0
        while let place = finder.next(in: text, from: at) {
            places.append(place)
            at = place + needle.count
        }
        return places
    }

    private struct Finder {
        let needle: [UInt8]
        private let fallback: [Int]

        init(_ needle: [UInt8]) {
            self.needle = needle
            var fallback = [Int](repeating: 0, count: needle.count)
            var matched = 0
            for i in needle.indices.dropFirst() {
                while matched > 0, needle[i] != needle[matched] { matched = fallback[matched - 1] }
                if needle[i] == needle[matched] { matched += 1 }
                fallback[i] = matched
            }
            self.fallback = fallback
        }

        func next(in text: [UInt8], from start: Int) -> Int? {
            guard !needle.isEmpty, start < text.count else { return nil }
            var matched = 0
            for at in start..<text.count {
                while matched > 0, text[at] != needle[matched] { matched = fallback[matched - 1] }
                if text[at] == needle[matched] { matched += 1 }
                if matched == needle.count { return at - matched + 1 }
            }
            return nil
        }
    }
}
