internal import Core

/// The frame of a page where the folder has none: one card, readable at 320 px, in light and dark,
/// by keyboard and screen reader, without script, picture or font from anywhere.
enum BuiltInPage {
    static func html(_ content: PageContent, _ language: PageLanguage) -> [UInt8] {
        let title = HTML.escaped(content.title)
        let html = """
            <!DOCTYPE html>
            <html lang="\(language.rawValue)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex">
            <title>\(title)</title>
            <style>\(style)</style>
            </head>
            <body>
            <main>
            <h1>\(title)</h1>
            \(PageHTML(content).text)</main>
            </body>
            </html>

            """
        return Array(html.utf8)
    }

    /// Contrast of text is at least 7:1, of controls 4.5:1 (WCAG 2.1, 1.4.3 and 1.4.11), which a
    /// test computes from the variables.
    static let style = """
        :root{color-scheme:light dark;--paper:#eef1f4;--card:#ffffff;--ink:#17202a;--soft:#44525f;\
        --key:#1d4f91;--on-key:#ffffff;--line:#6b7987;--bad:#9b1c1c;--bad-card:#fdf1f1;\
        --good:#17603a;--good-card:#eef8f2}
        @media(prefers-color-scheme:dark){:root{--paper:#10161c;--card:#1a232c;--ink:#f2f5f7;\
        --soft:#b9c4ce;--key:#9cc3ff;--on-key:#0d1620;--line:#8796a5;--bad:#ffb4ab;\
        --bad-card:#3a1c1c;--good:#a5e0bd;--good-card:#163024}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--paper);color:var(--ink);\
        font:1.0625rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
        main{max-width:34rem;margin:clamp(1rem,8vh,5rem) auto;padding:clamp(1.25rem,6vw,2.5rem);\
        background:var(--card);border-radius:.75rem;\
        box-shadow:0 1px 2px rgba(0,0,0,.08),0 8px 24px rgba(0,0,0,.06)}
        @media(max-width:36rem){main{margin:1rem}}
        h1{margin:0 0 1rem;font-size:clamp(1.4rem,6vw,1.9rem);line-height:1.2;overflow-wrap:anywhere}
        h2{margin:2rem 0 .75rem;font-size:1.15rem;line-height:1.3}
        p{margin:0 0 1rem;color:var(--soft);overflow-wrap:anywhere}
        a{color:var(--key);text-underline-offset:.15em}
        form{margin:1.5rem 0 0}
        .field,fieldset{margin:0 0 1.25rem}
        fieldset{padding:0;border:0;min-width:0}
        label,legend{display:block;padding:0;font-weight:600}
        legend{margin:0 0 .5rem}
        .hint,.error{margin:.1rem 0 .35rem;font-size:.9375rem;line-height:1.4}
        .error{color:var(--bad);font-weight:600}
        input,select,textarea{display:block;width:100%;min-height:3rem;margin:.35rem 0 0;padding:.6rem .8rem;\
        border:1px solid var(--line);border-radius:.5rem;background:var(--card);color:var(--ink);\
        font:inherit}
        [aria-invalid=true]{border:2px solid var(--bad)}
        fieldset[aria-invalid=true]{border:0}
        .box{display:grid;grid-template-columns:1.5rem 1fr;column-gap:.75rem;align-items:start;\
        padding:.5rem 0}
        .box input{width:1.5rem;height:1.5rem;min-height:0;margin:.05rem 0 0;accent-color:var(--key)}
        .box label{font-weight:400;overflow-wrap:anywhere}
        .box .hint{grid-column:2;margin:0}
        textarea{resize:vertical}
        .scale{display:grid;grid-template-columns:repeat(11,1fr);gap:.35rem}
        @media(max-width:34rem){.scale{grid-template-columns:repeat(4,1fr)}}
        .choices{display:grid;gap:.5rem}
        .answer{position:relative}
        .answer input{position:absolute;inset:0;width:100%;height:100%;min-height:0;margin:0;\
        opacity:0;cursor:pointer}
        .answer label{display:flex;align-items:center;justify-content:center;min-height:3rem;\
        padding:.4rem .75rem;border:2px solid var(--line);border-radius:.5rem;text-align:center;\
        overflow-wrap:anywhere}
        .scale .answer label{padding:.4rem 0}
        .answer input:checked+label{border-color:var(--key);background:var(--key);\
        color:var(--on-key);text-decoration:underline}
        .answer input:focus-visible+label{outline:3px solid var(--ink);outline-offset:3px}
        .extra{position:absolute;left:-10000px;width:1px;height:1px;overflow:hidden}
        .notice,.errors{margin:0 0 1.5rem;padding:.9rem 1rem;border-radius:.5rem;\
        border-left:.3rem solid var(--good);background:var(--good-card);color:var(--good);\
        font-weight:600}
        .errors{border-left-color:var(--bad);background:var(--bad-card);color:var(--bad)}
        .errors h2{margin:0 0 .35rem;font-size:1rem}
        .errors ul{margin:0;padding-left:1.1rem;font-weight:400}
        .errors a{color:inherit}
        dl{margin:0 0 1rem}
        dt{font-weight:600;margin-top:.75rem}
        dd{margin:0;color:var(--soft);overflow-wrap:anywhere}
        button{display:block;width:100%;min-height:3rem;margin:0 0 .75rem;padding:.7rem 1rem;\
        border:2px solid var(--key);border-radius:.5rem;background:var(--key);color:var(--on-key);\
        font:inherit;font-weight:600;cursor:pointer}
        button.second{border-color:var(--line);background:transparent;color:var(--ink)}
        form+form{margin-top:.25rem}
        form+p{margin-top:1.25rem}
        main>:last-child,form>:last-child{margin-bottom:0}
        :focus-visible{outline:3px solid var(--ink);outline-offset:3px}
        """
}
