import Core
import HTTP
import Seal
import Testing

@testable import Site

@Suite struct PagesTests {
    func html(_ pages: Pages, _ kind: PageKind, _ language: PageLanguage, topic: String?) -> String
    {
        let content = PageContent.plain(kind, .of(language), topic: topic)
        return String(
            decoding: pages.html(kind, language, content, topic: topic, at: .epoch),
            as: UTF8.self)
    }

    @Test("every built-in page is whole, in both languages", arguments: PageKind.allCases)
    func builtIn(_ kind: PageKind) {
        let pages = Pages(folder: nil)
        for language in PageLanguage.allCases {
            let html = html(pages, kind, language, topic: "A <b> & \"c\"")
            #expect(html.hasPrefix("<!DOCTYPE html>\n<html lang=\"\(language.rawValue)\">"))
            #expect(html.contains("<meta name=\"viewport\""))
            #expect(html.contains("<h1>"))
            #expect(!html.contains("<b>"))
            for outside in ["http:", "https:", "<script", "<img", "url(", "@import"] {
                #expect(!html.contains(outside))
            }
        }
    }

    @Test(
        "the language is the best accepted one that we speak",
        arguments: [
            (nil, PageLanguage.en), ("", .en), ("de", .de), ("de-CH", .de), ("fr, de;q=0.8", .de),
            ("en;q=0.5, de;q=0.9", .de), ("de;q=0.1,en", .en), ("fr", .en), ("de;q=0", .en),
            ("DE;q=nan", .en), (";;,=,;q=", .en),
        ] as [(String?, PageLanguage)])
    func language(_ field: String?, _ expected: PageLanguage) {
        #expect(PageLanguage(accepted: field) == expected)
    }

    @Test("a page of the folder is used, escaped, per language, and a broken one is not")
    func folder() throws {
        let home = try SiteHome(pages: [
            "unsubscribe.html": "<h1>Leave {{ page.topic }}</h1><form method=post></form>",
            "unsubscribe.de.html": "<h1>Weg von {{ page.topic }}</h1>",
            "not-found.html": "{% if %}",
        ])
        let pages = Pages(folder: home.path + "/pages")
        #expect(pages.findings.count == 1)
        #expect(
            html(pages, .unsubscribe, .en, topic: "A<b>")
                == "<h1>Leave A&lt;b&gt;</h1><form method=post></form>")
        #expect(html(pages, .unsubscribe, .de, topic: "A") == "<h1>Weg von A</h1>")
        #expect(html(pages, .notFound, .en, topic: nil).contains("Page not found"))
        #expect(
            home.ask(.get, "/u/\(try home.token(.unsubscribe))").text.contains(
                "<h1>Leave Travel &amp; News</h1>"))
    }

    @Test("a page with style attributes is used, and the log says that they do not hold")
    func styleAttributes() throws {
        let home = try SiteHome(pages: [
            "gone.html": "<p STYLE=\"color:red\">x</p>", "busy.html": "<style>p{}</style><p>x</p>",
        ])
        let pages = Pages(folder: home.path + "/pages")
        #expect(pages.findings.count == 1 && pages.findings[0].contains("gone.html is used"))
        #expect(html(pages, .gone, .en, topic: nil).contains("STYLE"))
    }

    @Test("layout.html is the frame of every page without a file of its own, and is followed")
    func layout() throws {
        let home = try SiteHome(pages: [
            "layout.html":
                "<html lang={{ page.language }}><h1>{{ page.title }}</h1>{{ page.content | raw }}",
            "gone.html": "<p>{{ page.kind }}</p>",
        ])
        let pages = Pages(folder: home.path + "/pages")
        let framed = html(pages, .unsubscribe, .de, topic: "A<b>")
        #expect(framed.hasPrefix("<html lang=de><h1>„A&lt;b&gt;“ abbestellen?</h1><p>"))
        #expect(framed.contains("<button type=\"submit\""))
        #expect(html(pages, .gone, .en, topic: nil) == "<p>gone</p>")
        #expect(!pages.isStale)
        try SiteHome.write("<p>{{ page.title }}</p>", to: home.path + "/pages/busy.html")
        #expect(pages.isStale)
        home.site.reloadPages()
        #expect(home.ask(.get, "/nothing").text.hasPrefix("<html lang=en>"))
    }

    @Test("the policy names the page's own styles by their hashes and allows no others")
    func policy() throws {
        // From RFC 6234's "abc": base64 of ba7816bf … 15ad.
        let hash = "'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='"
        let pages = [
            "<style>abc</style>": hash, "<STYLE media=all>abc</STYLE >": hash,
            "<style>abc</style><b></b><style>abc</style>": "\(hash) \(hash)", "<p>abc": "'none'",
            "<style>abc": "'none'",
        ]
        for (html, expected) in pages {
            let policy = PagePolicy.of(Array(html.utf8))
            #expect(policy.contains("; style-src \(expected); "), "\(html): \(policy)")
            #expect(!policy.contains("unsafe"))
        }
        #expect(
            PagePolicy.of(Array("<style>a\r\nb</style>".utf8))
                == PagePolicy.of(Array("<style>a\nb</style>".utf8)))
        let home = try SiteHome()
        let answer = home.ask(.get, "/nothing")
        #expect(answer.headers["content-security-policy"] == PagePolicy.of(Array(answer.text.utf8)))
        #expect(answer.headers["content-security-policy"]?.contains("sha256-") == true)
    }

    @Test("a topic's label is shown escaped in the built-in page")
    func label() throws {
        let home = try SiteHome()
        let page = home.ask(.get, "/u/\(try home.token(.unsubscribe))")
        #expect(page.status == 200)
        #expect(page.text.contains("Travel &amp; News"))
        #expect(page.headers["content-security-policy"]?.contains("default-src 'none'") == true)
        #expect(page.headers["x-content-type-options"] == "nosniff")
    }
}
