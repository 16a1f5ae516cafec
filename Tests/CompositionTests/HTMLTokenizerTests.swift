import Core
import Testing

@testable import Composition

@Suite struct HTMLTokenizerTests {
    /// Each token as `kind:text`.
    private func shape(_ html: String) -> [String] {
        let bytes = Array(html.utf8)
        return HTMLTokenizer.tokens(bytes).map { token in
            let text = String(decoding: bytes[token.range], as: UTF8.self)
            let kind =
                switch token.kind {
                case .text: "text"
                case .startTag(let closing): closing ? "empty \(token.name)" : "start \(token.name)"
                case .endTag: "end \(token.name)"
                case .comment: "comment"
                case .conditional: "conditional"
                case .raw: "raw \(token.name)"
                case .unterminated: "unterminated"
                }
            return "\(kind)|\(text)"
        }
    }

    @Test(
        "tokens",
        arguments: [
            ("a < b", ["text|a < b"]),
            ("<p>x</P >", ["start p|<p>", "text|x", "end p|</P >"]),
            ("<br/><hr />", ["empty br|<br/>", "empty hr|<hr />"]),
            ("<!-- <a> -->x", ["comment|<!-- <a> -->", "text|x"]),
            ("<!-->x", ["comment|<!-->", "text|x"]),
            ("<!DOCTYPE html>", ["comment|<!DOCTYPE html>"]),
            (
                "<!--[if mso]><b>x</b><![endif]-->",
                [
                    "conditional|<!--[if mso]>", "start b|<b>", "text|x", "end b|</b>",
                    "conditional|<![endif]-->",
                ]
            ),
            (
                "<!--[if !mso]><!-->y<!--<![endif]-->",
                [
                    "conditional|<!--[if !mso]>", "comment|<!-->", "text|y",
                    "conditional|<!--<![endif]-->",
                ]
            ),
            (
                "<style>a<b{}</style>",
                ["start style|<style>", "raw style|a<b{}", "end style|</style>"]
            ),
            ("<title></title>x", ["start title|<title>", "end title|</title>", "text|x"]),
            (
                "<script>if(a<b)</scriptx></script>",
                [
                    "start script|<script>", "raw script|if(a<b)</scriptx>",
                    "end script|</script>",
                ]
            ),
            ("<a href='x", ["unterminated|<a href='x"]),
            ("<!-- x", ["unterminated|<!-- x"]),
            ("<style>x", ["start style|<style>", "raw style|x"]),
            ("<", ["text|<"]),
            ("</>", ["text|</>"]),
        ])
    func tokens(html: String, expected: [String]) {
        #expect(shape(html) == expected)
    }

    @Test(
        "attributes in every spelling",
        arguments: [
            (#"<a href="x y" id=z>"#, ["href=x y", "id=z"]),
            (#"<a HREF = 'x"y' b>"#, [#"href=x"y"#, "b="]),
            ("<a href=https://x.example/a>", ["href=https://x.example/a"]),
            ("<a href=x/>", ["href=x/"]),
            ("<a\nx\t=\n1\n>", ["x=1"]),
            ("<a =x>", ["=x="]),
            (#"<a x="1"y="2">"#, ["x=1", "y=2"]),
            (#"<a x=">">"#, ["x=>"]),
        ])
    func attributes(html: String, expected: [String]) throws {
        let bytes = Array(html.utf8)
        let tokens = HTMLTokenizer.tokens(bytes)
        #expect(tokens.count == 1)
        let found = tokens[0].attributes.map {
            "\($0.name)=\(String(decoding: bytes[$0.value], as: UTF8.self))"
        }
        #expect(found == expected)
    }

    @Test("5,000 random texts: every byte in one token, in order (seed 3)")
    func coverage() {
        var generator = SplitMix64(seed: 3)
        let pieces = [
            "<", ">", "a", "/", "!", "--", "[if", "]", "=", "\"", "'", " ", "<style>", "</style>",
            "<!--", "-->", "<a ", "href", "?", "\u{E9}", "<![endif]-->",
        ]
        for _ in 0..<5000 {
            let html = (0..<Int(generator.next() % 30)).map { _ in
                pieces[Int(generator.next() % UInt64(pieces.count))]
            }.joined()
            var end = 0
            for token in HTMLTokenizer.tokens(Array(html.utf8)) {
                #expect(token.range.lowerBound == end && !token.range.isEmpty)
                for attribute in token.attributes {
                    #expect(token.range.contains(attribute.range.lowerBound))
                    #expect(attribute.value.upperBound <= attribute.range.upperBound)
                }
                end = token.range.upperBound
            }
            #expect(end == html.utf8.count)
        }
    }
}
