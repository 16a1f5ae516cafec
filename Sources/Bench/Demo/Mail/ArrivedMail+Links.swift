extension ArrivedMail {
    /// A link of the HTML part with the words it shows.
    struct Link: Hashable, Sendable {
        var url: String
        var words: String
    }

    /// All `<a href>` in the order of the mail. Linear in the HTML.
    var links: [Link] {
        var links: [Link] = []
        var rest = html[...]
        while let start = rest.place(after: "<a ") {
            rest = rest[start...]
            guard let close = rest.firstIndex(of: ">") else { break }
            let url = Self.attribute("href", in: rest[..<close])
            rest = rest[rest.index(after: close)...]
            let end = rest.place(after: "</a>") ?? rest.endIndex
            if let url { links.append(Link(url: url, words: Self.words(rest[..<end]))) }
            rest = rest[end...]
        }
        return links
    }

    /// The link that shows these words, as a person would find it.
    func link(showing words: String) -> String? { links.first { $0.words == words }?.url }

    /// The images a mail program loads.
    var images: [String] {
        var images: [String] = []
        var rest = html[...]
        while let start = rest.place(after: "<img ") {
            rest = rest[start...]
            guard let close = rest.firstIndex(of: ">") else { break }
            if let url = Self.attribute("src", in: rest[..<close]) { images.append(url) }
            rest = rest[close...]
        }
        return images
    }

    /// The address of RFC 8058: the first https or http URL of List-Unsubscribe, when the mail
    /// offers one-click.
    var oneClick: String? {
        guard headers["list-unsubscribe-post"] == "List-Unsubscribe=One-Click" else { return nil }
        let targets = (headers["list-unsubscribe"] ?? "").split(separator: ",")
        for target in targets {
            let url = target.drop { $0 == " " || $0 == "\t" || $0 == "<" }.prefix { $0 != ">" }
            if url.hasPrefix("http") { return String(url) }
        }
        return nil
    }

    private static func attribute(_ name: String, in tag: Substring) -> String? {
        guard let start = tag.place(after: "\(name)=\"") else { return nil }
        return unescaped(tag[start...].prefix { $0 != "\"" })
    }

    /// The text between tags, blanks at the ends removed.
    private static func words(_ html: Substring) -> String {
        var text = ""
        var isTag = false
        for character in html {
            if character == "<" { isTag = true }
            if !isTag { text.append(character) }
            if character == ">" { isTag = false }
        }
        var kept = text.drop { $0.isWhitespace }
        while kept.last?.isWhitespace == true { kept.removeLast() }
        return unescaped(kept)
    }

    /// The five references that maild writes.
    private static func unescaped(_ text: Substring) -> String {
        var out = ""
        var rest = text
        let references = [
            ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&"),
        ]
        while let character = rest.first {
            let reference = references.first { rest.hasPrefix($0.0) }
            if let (name, plain) = reference {
                out += plain
                rest = rest.dropFirst(name.count)
            } else {
                out.append(character)
                rest = rest.dropFirst()
            }
        }
        return out
    }
}
