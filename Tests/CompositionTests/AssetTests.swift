import Core
import Diagnostics
import Message
import Testing

@testable import Composition

@Suite struct AssetTests {
    private let hero = SampleImage.png(600, 300)

    private func source(
        _ html: String, more: String = "", assets: [String: [UInt8]]? = nil,
        texts: [String: String] = [:]
    ) -> MailingSource {
        var bundle = Bundle()
        bundle.more = "topic: news\naudience: everybody\ntrack: none" + more
        bundle.body = html + "<p><a href=\"{{ links.unsubscribe }}\">out</a></p>"
        bundle.files = texts
        var source = bundle.source
        for (path, bytes) in assets ?? ["images/hero.png": hero] { source.files[path] = bytes }
        return source
    }

    private func findings(_ source: MailingSource) -> [Finding] {
        CompiledMailing.compile(source, grants: .notJudged).findings
    }

    private func mailing(_ source: MailingSource) throws -> CompiledMailing {
        let (mailing, findings) = CompiledMailing.compile(source, grants: .notJudged)
        guard let mailing else { throw Bundle.Refused(findings: findings) }
        return mailing
    }

    private func html(_ source: MailingSource) throws -> String {
        let mailing = try mailing(source)
        let all = try mailing.render(
            try mailing.mergeRow(of: TestPerson(), now: Bundle.now).get(),
            identity: Bundle.identity
        ).htmlText
        return String(
            all.prefix(upTo: all.range(of: "<p><a href=\"https://m.shop.example/u/")!.lowerBound))
    }

    private func message(_ source: MailingSource) throws -> String {
        let mailing = try mailing(source)
        guard
            case .message(let message, _, _) = mailing.compose(
                TestPerson(), to: try EmailAddress("ada@example.org"), identity: Bundle.identity,
                now: Bundle.now)
        else { throw Bundle.Refused(findings: []) }
        #expect(WireMessage.scan(message.bytes) == nil)
        return String(decoding: message.bytes, as: UTF8.self)
    }

    private var name: String { ContentID(file: hero).text }

    // MARK: - Images

    @Test("a local image is hosted under the hash of its bytes, and gets its size")
    func hosted() throws {
        let url = "https://m.shop.example/i/\(name).png"
        for (tag, expected) in [
            (
                #"<img src="images/hero.png" alt="H">"#,
                "<img src=\"\(url)\" width=\"600\" height=\"300\" alt=\"H\">"
            ),
            (
                "<img alt=H src=./images/hero.png>",
                "<img alt=H src=\"\(url)\" width=\"600\" height=\"300\">"
            ),
            (
                #"<img width="300" src='images/hero.png'>"#,
                "<img width=\"300\" src='\(url)'>"
            ),
            (
                #"<img style="max-width:100%" src="images/hero.png">"#,
                "<img style=\"max-width:100%\" src=\"\(url)\">"
            ),
            (#"<td background="images/hero.png">"#, "<td background=\"\(url)\">"),
            (
                #"<td style="color:red;background:url('images/hero.png') top">"#,
                "<td style=\"color:red;background:url(\(url)) top\">"
            ),
            (
                #"<!--[if mso]><v:fill src="images/hero.png"/><![endif]-->"#,
                "<!--[if mso]><v:fill src=\"\(url)\"/><![endif]-->"
            ),
            (#"<img src="https://cdn.example/a.png">"#, #"<img src="https://cdn.example/a.png">"#),
            (#"<img src="cid:x"><img src="">"#, #"<img src="cid:x"><img src="">"#),
            (#"<img src="{{ city }}">"#, #"<img src="">"#),
        ] { #expect(try html(source(tag)) == expected) }
    }

    @Test("an image that a style block may size keeps its tag")
    func sized() throws {
        let url = "https://m.shop.example/i/\(name).png"
        let block = "<style>@media x{.h{width:100%}}</style>"
        #expect(
            try html(source(block + #"<img class="h" src="images/hero.png">"#))
                == block + "<img class=\"h\" src=\"\(url)\">")
    }

    @Test("an embedded image travels once, however often it is shown")
    func embedded() throws {
        let source = source(
            #"<img src="images/hero.png"><img src="images/copy.png"><b {% if age %}x{% endif %}>"#
                + #"{% if true %}<img src="images/hero.png">{% endif %}{% render "p" %}"#,
            more: "\nimages: embed", assets: ["images/hero.png": hero, "images/copy.png": hero],
            texts: ["partials/p.html": #"<img src="images/hero.png" width="1" height="1">"#])
        let text = try message(source)
        #expect(text.split(separator: "Content-ID: <\(name)@shop.example>").count == 2)
        let shown = try html(source)
        #expect(shown.split(separator: "src=\"cid:\(name)@shop.example\"").count == 5)
    }

    @Test("the view in a browser shows embedded images from the endpoint")
    func view() throws {
        let mailing = try mailing(
            source(
                #"<img src="images/hero.png" width="1" height="1">cid:x"#, more: "\nimages: embed"))
        let row = try mailing.mergeRow(of: TestPerson(), now: Bundle.now).get()
        let html = try mailing.renderHTML(from: row, identity: Bundle.identity)
        let text = String(decoding: html, as: UTF8.self)
        #expect(
            text.hasPrefix(
                "<img src=\"https://m.shop.example/i/\(name).png\" width=\"1\" height=\"1\">cid:x"))
        #expect(mailing.publicMediaType(ContentID(file: hero)) == "image/png")
    }

    @Test(
        "what cannot be shown is refused at its tag, with the reason",
        arguments: [
            ("images/heroo.png", "missing-image", "did you mean"),
            ("../hero.png", "image-path", "below the folder"),
            ("/images/hero.png", "image-path", "below the folder"),
            ("file:///C:/hero.png", "image-path", "your own computer"),
            ("images//hero.png", "image-path", "below the folder"),
            ("images/x.svg", "image-type", "SVG"),
            ("images/x.png", "image-type", "no PNG"),
            ("images/big.png", "image-size", "1024 KB"),
            ("images/{{ city }}.png", "image-not-literal", "literal"),
            ("{% if age %}images/hero.png{% endif %}", "image-not-literal", "literal"),
        ])
    func refused(path: String, code: String, words: String) throws {
        let found = findings(
            source(
                "\n  <img alt=x src=\"\(path)\">",
                assets: [
                    "images/hero.png": hero, "images/x.svg": Array("<svg/>".utf8),
                    "images/x.png": Array("hello".utf8),
                    "images/big.png": SampleImage.png(9, 9, padding: 1 << 20),
                ]))
        #expect(found.map(\.code) == [code])
        #expect(found.first?.message.contains(words) == true, "\(found)")
        #expect(found.first?.position.column == 19)
        #expect(found.first?.path == "m.html")
    }

    @Test("embedded images have a limit together")
    func embeddedLimit() {
        var assets: [String: [UInt8]] = [:]
        var tags = ""
        for number in 0..<6 {
            assets["\(number).png"] = SampleImage.png(number + 1, 1, padding: 1_000_000)
            tags += "<img src=\"\(number).png\">"
        }
        #expect(findings(source(tags, assets: assets)) == [])
        let found = findings(source(tags, more: "\nimages: embed", assets: assets))
        #expect(found.map(\.code) == ["image-size"])
        #expect(found.first?.message.contains("images: host") == true)
    }

    @Test("names with blanks and umlauts are found, encoded or not")
    func names() throws {
        let assets = ["Bilder/Grüße 1.png": hero]
        for path in [
            "Bilder/Grüße 1.png", "Bilder/Gr%C3%BC%C3%9Fe%201.png", "Bilder/Gr&uuml;&szlig;e 1.png",
        ] {
            #expect(try html(source("<img src=\"\(path)\">", assets: assets)).contains(name))
        }
    }

    // MARK: - Attachments

    @Test("attachments are found in their folder or by their path, and travel with each message")
    func attached() throws {
        let assets = [
            "attachments/list.pdf": Array("%PDF".utf8), "docs/Größen.csv": Array("a;ä".utf8),
        ]
        for more in [
            "\nattach: list.pdf, docs/Größen.csv", "\nattach:\n  - list.pdf\n  - docs/Größen.csv",
        ] {
            let text = try message(source("x", more: more, assets: assets))
            #expect(text.contains("Content-Type: multipart/mixed;"))
            #expect(text.contains("Content-Type: application/pdf;\r\n name=\"list.pdf\""))
            #expect(text.contains("Content-Type: text/csv; charset=utf-8;"))
            #expect(text.contains("filename*=UTF-8''Gr%C3%B6%C3%9Fen.csv"))
        }
    }

    @Test(
        "attachments that cannot be sent are refused in the front matter",
        arguments: [
            ("lst.pdf", "missing-attachment"), ("../list.pdf", "attachment-path"),
            ("run.exe", "attachment-type"), ("list.pdf, list.pdf", "attachment"),
            ("big.zip, big2.zip", "attachment-size"),
        ])
    func refusedAttachments(list: String, code: String) {
        let assets = [
            "attachments/list.pdf": Array("%PDF".utf8), "attachments/run.exe": [1],
            "attachments/big.zip": [UInt8](repeating: 1, count: 6 << 20),
            "attachments/big2.zip": [UInt8](repeating: 2, count: 6 << 20),
        ]
        let found = findings(source("x", more: "\nattach: \(list)", assets: assets))
        #expect(found.map(\.code) == [code])
        #expect(found.first?.position.line == 7)
    }

    // MARK: - Versions

    @Test("the version covers the bytes of images and attachments, and freezes them apart")
    func frozen() throws {
        let source = source(
            #"<img src="images/hero.png">"#, more: "\nattach: a.pdf",
            assets: [
                "images/hero.png": hero, "attachments/a.pdf": [0xFF, 0xFE, 0],
                "images/other.png": SampleImage.png(1, 1),
            ])
        let mailing = try mailing(source)
        #expect(!mailing.filesUsed.contains("images/other.png"))
        let kept = source.restricted(to: mailing.filesUsed)
        #expect(kept.assets.count == 2)
        #expect(kept.frozen.count < 2000)
        let assets = kept.assets
        let thawed = try MailingSource(frozen: kept.frozen) { assets[$0] }
        #expect(thawed == kept)
        #expect(try self.mailing(thawed).version == mailing.version)
        #expect(throws: MailingSource.Unreadable.self) { try MailingSource(frozen: kept.frozen) }
        var changed = source
        changed.files["images/hero.png"] = SampleImage.png(600, 301)
        #expect(try self.mailing(changed).version != mailing.version)
        changed = source
        changed.files["images/other.png"] = SampleImage.png(600, 301)
        #expect(try self.mailing(changed).version == mailing.version)
    }
}
