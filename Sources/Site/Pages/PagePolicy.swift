internal import Core
internal import Seal

/// The Content-Security-Policy of a page (CSP Level 3): it loads nothing, sends forms to us alone
/// and may be framed by nobody. Only the styles that stand in its own `<style>` elements hold, each
/// named by its hash, so that nothing that got into a page could bring styles of its own.
enum PagePolicy {
    static func of(_ html: [UInt8]) -> String {
        let sources = styles(in: html).compactMap(source)
        return
            "default-src 'none'; style-src \(sources.isEmpty ? "'none'" : sources.joined(separator: " ")); "
            + "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    }

    /// `'sha256-…'`; nil when it cannot be computed: then the page is shown without that style.
    private static func source(_ style: [UInt8]) -> String? {
        guard let digest = try? Fingerprint.octets(of: style) else { return nil }
        return "'sha256-\(String(decoding: Base64.encoded(digest), as: UTF8.self))'"
    }

    /// The texts of the style elements as a browser hashes them: line ends are LF (HTML §13.2.3.5).
    private static func styles(in html: [UInt8]) -> [[UInt8]] {
        var found: [[UInt8]] = []
        var place = 0
        while let start = index(of: "<style", in: html, from: place),
            let open = html[start...].firstIndex(of: UInt8(ascii: ">")),
            let end = index(of: "</style", in: html, from: open + 1)
        {
            found.append(withoutCR(html[(open + 1)..<end]))
            place = end
        }
        return found
    }

    private static func index(of word: StaticString, in html: [UInt8], from first: Int) -> Int? {
        let word = word.withUTF8Buffer { Array($0) }
        guard html.count >= word.count, first <= html.count - word.count else { return nil }
        return (first...html.count - word.count).first { place in
            html[place] == word[0]
                && zip(html[place...], word).allSatisfy {
                    $0 == $1 || $0 | 0x20 == $1 && $1 >= 0x61
                }
        }
    }

    private static func withoutCR(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var out: [UInt8] = []
        for (index, byte) in zip(text.indices, text) {
            guard byte == 0x0D else {
                out.append(byte)
                continue
            }
            if index + 1 == text.endIndex || text[index + 1] != 0x0A { out.append(0x0A) }
        }
        return out
    }
}
