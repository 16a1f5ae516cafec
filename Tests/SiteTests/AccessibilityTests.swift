import Core
import Diagnostics
import Glibc
import HTTP
import Seal
import Testing

@testable import Site

/// Looks over the pages as they are served for what WCAG 2.1 AA asks of markup and colours.
@Suite struct AccessibilityTests {
    /// Every page a person can come to, in both languages.
    private static func pages() throws -> [(name: String, html: String)] {
        let forms = try FormHome(rules: FormHome.reading(FormHome.text + "\n" + SurveyTests.text))
        let home = forms.home
        forms.subscribe("new@example.org")
        let confirm = try forms.confirmPath(try forms.asked()[0])
        let unsubscribe = "/u/\(try home.token(.unsubscribe))"
        let preferences = "/p/\(try home.token(.preferences))"
        var pages: [(String, String)] = []
        for language in ["en", "de"] {
            func add(_ method: HTTPMethod, _ path: String, _ body: String = "") {
                let answer = home.ask(
                    method, path,
                    headers: [
                        "accept-language": language,
                        "content-type": "application/x-www-form-urlencoded",
                    ], body: body)
                pages.append(("\(language) \(method) \(path.prefix(3)) \(body)", answer.text))
            }
            add(.get, "/f/newsletter")
            add(.post, "/f/newsletter", "email=x&field.country=XX")
            add(.get, confirm)
            add(.get, preferences)
            add(.post, preferences, "save=yes&topic=news&pause=2")
            add(.post, preferences, "save=yes&field.country=XX")
            add(.get, preferences + "/data")
            add(.get, unsubscribe)
            add(.post, unsubscribe, "from=topic")
            add(.post, unsubscribe, "undo=yes")
            let survey = "/s/\(try home.token(.survey))"
            for name in ["nps", "colour", "why"] {
                add(.get, "\(survey)/\(name)")
                add(.post, "\(survey)/\(name)")
                add(.post, "\(survey)/\(name)", "a=1")
            }
            add(.get, "/c/\(try home.token(.click))/4")
            add(.get, "/nothing")
        }
        pages.append(("confirmed", home.post(confirm, "confirm=yes").text))
        return pages
    }

    @Test("pages have language, title, one heading of the first rank and no rank left out")
    func structure() throws {
        for (name, html) in try Self.pages() {
            let tags = Tag.all(in: html)
            let language = tags.first { $0.name == "html" }?["lang"]
            #expect(["en", "de"].contains(language), "\(name)")
            #expect(tags.count { $0.name == "title" } == 1, "\(name)")
            #expect(tags.count { $0.name == "main" } == 1, "\(name)")
            let ranks = tags.compactMap { tag in
                tag.name.count == 2 && tag.name.hasPrefix("h") ? Int(tag.name.dropFirst()) : nil
            }.filter { $0 > 0 }
            #expect(ranks.count { $0 == 1 } == 1, "\(name): \(ranks)")
            for (last, next) in zip([0] + ranks, ranks) { #expect(next <= last + 1, "\(name)") }
            #expect(html.contains("width=device-width"), "\(name)")
            #expect(!html.contains("user-scalable=no"), "\(name)")
        }
    }

    @Test("every control has a label, every id is one, and what refers to an id finds it")
    func labels() throws {
        for (name, html) in try Self.pages() {
            let tags = Tag.all(in: html)
            let ids = tags.compactMap { $0["id"] }
            #expect(Set(ids).count == ids.count, "\(name): \(ids)")
            let labelled = Set(tags.filter { $0.name == "label" }.compactMap { $0["for"] })
            for tag in tags {
                if ["input", "select", "textarea"].contains(tag.name), tag["type"] != "hidden" {
                    #expect(labelled.contains(tag["id"] ?? "?"), "\(name): \(tag)")
                }
                for id in (tag["aria-describedby"] ?? "").split(separator: " ") {
                    #expect(ids.contains(String(id)), "\(name): \(id)")
                }
                if let target = tag["href"], target.hasPrefix("#") {
                    #expect(ids.contains(String(target.dropFirst())), "\(name): \(target)")
                }
                if tag.name == "img" { #expect(tag["alt"] != nil, "\(name)") }
                #expect((Int(tag["tabindex"] ?? "0") ?? 1) <= 0, "\(name)")
            }
            #expect(
                tags.count { $0.name == "fieldset" } == tags.count { $0.name == "legend" },
                "\(name)")
        }
    }

    @Test("no page holds a script, an outside resource or an event attribute")
    func inert() throws {
        for (name, html) in try Self.pages() {
            for tag in Tag.all(in: html) {
                #expect(!["script", "iframe", "link", "object", "embed", "img"].contains(tag.name))
                #expect(!tag.attributes.keys.contains { $0.hasPrefix("on") }, "\(name): \(tag)")
                #expect(tag["src"] == nil && tag["style"] == nil, "\(name): \(tag)")
            }
        }
        #expect(!BuiltInPage.style.contains("url("))
    }

    @Test(
        "colours have the contrast that text and controls need, in light and dark",
        arguments: [
            ("ink", "paper", 7), ("ink", "card", 7), ("soft", "card", 7), ("on-key", "key", 4.5),
            ("key", "card", 4.5), ("bad", "card", 4.5), ("bad", "bad-card", 4.5),
            ("good", "good-card", 4.5), ("line", "card", 3), ("key", "paper", 3),
        ] as [(String, String, Double)])
    func contrast(_ front: String, _ back: String, _ least: Double) throws {
        let schemes = Self.colours(in: BuiltInPage.style)
        let samples = Self.colours(in: try Self.sampleLayout())
        #expect(schemes.count == 2 && samples.count == 2)
        for scheme in schemes + samples {
            let ratio = Self.ratio(try #require(scheme[front]), try #require(scheme[back]))
            #expect(ratio >= least, "\(front) on \(back): \(ratio)")
        }
    }

    /// The frame in the repository's folder, without blanks.
    private static func sampleLayout() throws -> String {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let file = try #require(fopen("/\(root)/Templates/pages/layout.html", "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self).filter { !$0.isWhitespace }
    }

    /// The variables of `:root` in each scheme, as red, green and blue.
    private static func colours(in style: String) -> [[String: [Double]]] {
        style.split(separator: ":root{", omittingEmptySubsequences: false).dropFirst().map {
            block in
            var colours: [String: [Double]] = [:]
            for declaration in block.prefix(while: { $0 != "}" }).split(separator: ";") {
                let parts = declaration.split(separator: ":")
                guard parts.count == 2, parts[0].hasPrefix("--"), parts[1].hasPrefix("#"),
                    parts[1].count == 7, let bits = Int(parts[1].dropFirst(), radix: 16)
                else { continue }
                colours[String(parts[0].dropFirst(2))] = [16, 8, 0].map {
                    Double(bits >> $0 & 0xFF) / 255
                }
            }
            return colours
        }
    }

    /// WCAG 2.1, relative luminance and contrast ratio.
    private static func ratio(_ a: [Double], _ b: [Double]) -> Double {
        func luminance(_ colour: [Double]) -> Double {
            let linear = colour.map { $0 <= 0.03928 ? $0 / 12.92 : power(($0 + 0.055) / 1.055) }
            return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        }
        let (light, dark) = (max(luminance(a), luminance(b)), min(luminance(a), luminance(b)))
        return (light + 0.05) / (dark + 0.05)
    }

    /// x to the power 2.4, by the fifth root of x squared found by halving.
    private static func power(_ x: Double) -> Double {
        var (low, high) = (0.0, 1.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if middle * middle * middle * middle * middle < x * x {
                low = middle
            } else {
                high = middle
            }
        }
        return x * x * low
    }
}

/// A start tag of a page that we wrote ourselves.
struct Tag: CustomStringConvertible {
    var name: String
    var attributes: [String: String]

    var description: String { "<\(name) \(attributes)>" }

    subscript(attribute: String) -> String? { attributes[attribute] }

    static func all(in html: String) -> [Tag] {
        var tags: [Tag] = []
        var rest = html[...]
        while let start = rest.firstIndex(of: "<") {
            rest = rest[rest.index(after: start)...]
            guard rest.first?.isLetter == true, let end = rest.firstIndex(of: ">") else { continue }
            tags.append(Tag(rest[..<end]))
            rest = rest[end...]
        }
        return tags
    }

    /// `name a="b" c`.
    private init(_ text: Substring) {
        name = String(text.prefix { !$0.isWhitespace }).lowercased()
        attributes = [:]
        var rest = text.dropFirst(name.count)
        while let start = rest.firstIndex(where: { !$0.isWhitespace }) {
            rest = rest[start...]
            let key = rest.prefix { $0 != "=" && !$0.isWhitespace }
            rest = rest.dropFirst(key.count)
            guard rest.hasPrefix("=\"") else {
                attributes[String(key)] = ""
                continue
            }
            let value = rest.dropFirst(2).prefix { $0 != "\"" }
            attributes[String(key)] = String(value)
            rest = rest.dropFirst(value.count + 3)
        }
    }
}
