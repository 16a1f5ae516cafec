import Core
import Testing

@testable import Composition

@Suite struct HTMLEntitiesTests {
    @Test(
        "references are decoded",
        arguments: [
            ("a &amp; b", "a & b"), ("&lt;&gt;&quot;&apos;&#39;", "<>\"''"),
            ("&uuml;&euro;&nbsp;", "ü€\u{A0}"), ("&#8364;&#x20AC;&#X20ac;", "€€€"),
            ("&#128;", "€"), ("&#0;&#xD800;&#x110000;", "\u{FFFD}\u{FFFD}\u{FFFD}"),
            ("&nosuch; &amp &;", "&nosuch; &amp &;"), ("?a=1&copy=2", "?a=1&copy=2"),
            ("&#99999999999;", "&#99999999999;"), ("&", "&"), ("&amp;lt;", "&lt;"),
        ])
    func decoding(text: String, expected: String) {
        #expect(HTMLEntities.decode(text) == expected)
    }

    @Test("decoding undoes escaping")
    func escaping() {
        let text = "<a href=\"x\" id='y'>&amp;ü"
        let escaped = HTML.escaped(text)
        #expect(escaped == "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;ü")
        #expect(HTMLEntities.decode(escaped) == text)
    }
}
