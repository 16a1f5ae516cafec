/// A page in its built-in form: one card, readable at 320 px, in light and dark, by keyboard and
/// screen reader, without script, picture or font from anywhere.
enum BuiltInPage {
    static func html(_ words: PageWords, _ language: PageLanguage) -> [UInt8] {
        let paragraphs = words.paragraphs.map { "<p>\(escaped($0))</p>" }.joined(separator: "\n")
        let buttons = words.buttons.enumerated().map { index, button in
            "<button type=\"submit\" name=\"from\" value=\"\(escaped(button.value))\""
                + (index > 0 ? " class=\"second\"" : "") + ">\(escaped(button.label))</button>"
        }
        let form =
            buttons.isEmpty
            ? "" : "\n<form method=\"post\">\n\(buttons.joined(separator: "\n"))\n</form>"
        let html = """
            <!DOCTYPE html>
            <html lang="\(language.rawValue)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex">
            <title>\(escaped(words.title))</title>
            <style>\(style)</style>
            </head>
            <body>
            <main>
            <h1>\(escaped(words.title))</h1>
            \(paragraphs)\(form)
            </main>
            </body>
            </html>

            """
        return Array(html.utf8)
    }

    /// Contrast of text is at least 7:1, of controls 4.5:1 (WCAG 2.1, 1.4.3 and 1.4.11).
    private static let style = """
        :root{color-scheme:light dark;--paper:#eef1f4;--card:#fff;--ink:#17202a;--soft:#44525f;\
        --key:#1d4f91;--on-key:#fff;--line:#8795a3}
        @media(prefers-color-scheme:dark){:root{--paper:#10161c;--card:#1a232c;--ink:#f2f5f7;\
        --soft:#b9c4ce;--key:#9cc3ff;--on-key:#0d1620;--line:#6b7a88}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--paper);color:var(--ink);\
        font:1.0625rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
        main{max-width:32rem;margin:clamp(1rem,10vh,7rem) auto;padding:clamp(1.25rem,6vw,2.5rem);\
        background:var(--card);border-radius:.75rem}
        @media(max-width:34rem){main{margin:1rem}}
        h1{margin:0 0 1rem;font-size:clamp(1.4rem,6vw,1.9rem);line-height:1.2;overflow-wrap:anywhere}
        p{margin:0 0 1rem;color:var(--soft)}
        form{margin:1.5rem 0 0}
        button{display:block;width:100%;min-height:3rem;margin:0 0 .75rem;padding:.7rem 1rem;\
        border:2px solid var(--key);border-radius:.5rem;background:var(--key);color:var(--on-key);\
        font:inherit;font-weight:600;cursor:pointer}
        button.second{border-color:var(--line);background:transparent;color:var(--ink)}
        button:focus-visible{outline:3px solid var(--ink);outline-offset:3px}
        """

    static func escaped(_ text: String) -> String {
        text.reduce(into: "") { escaped, character in
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.append(character)
            }
        }
    }
}
