internal import Rules
internal import Store

/// The page of a survey: the question with its answers, or the thanks.
struct SurveyPage {
    let survey: SurveyRule
    let language: PageLanguage

    /// The name of the control that bears the answer.
    static let control = "a"

    private var words: SurveyWords { SurveyWords(language) }

    /// - Parameters:
    ///   - chosen: the answer's number as the mail's link has it.
    ///   - text: what had been written.
    ///   - isMissing: whether it was sent without an answer.
    func question(chosen: String?, text: String = "", isMissing: Bool = false) -> [UInt8] {
        let problem =
            isMissing
            ? "<p class=\"wrong\" role=\"alert\" id=\"wrong\">\(escaped(words.missing))</p>\n" : ""
        let answers =
            switch survey.kind {
            case .nps: scale(chosen)
            case .choice: choices(chosen)
            case .text: area(text)
            }
        return BuiltInPage.survey(
            title: survey.question, language,
            """
            \(problem)<form method="post">
            \(answers)
            <p class="hint">\(escaped(words.hint))</p>
            <button type="submit">\(escaped(words.send))</button>
            </form>
            """)
    }

    var thanks: [UInt8] {
        BuiltInPage.survey(
            title: words.thanksTitle, language,
            """
            <p role="status">\(escaped(survey.thanks ?? words.thanks))</p>
            <p>\(escaped(words.again))</p>
            """)
    }

    private func scale(_ chosen: String?) -> String {
        let ends = [survey.low.map { "0 = \($0)" }, survey.high.map { "10 = \($0)" }]
            .compactMap { $0 }.map(escaped).joined(separator: ", ")
        return """
            <fieldset aria-labelledby="question"\(ends.isEmpty ? "" : " aria-describedby=\"ends\"")>
            <div class="scale">
            \(survey.buttons.map { radio($0.number, $0.label, chosen) }.joined(separator: "\n"))
            </div>\(ends.isEmpty ? "" : "\n<p class=\"hint\" id=\"ends\">\(ends)</p>")
            </fieldset>
            """
    }

    private func choices(_ chosen: String?) -> String {
        """
        <fieldset aria-labelledby="question">
        <div class="choices">
        \(survey.buttons.map { radio($0.number, $0.label, chosen) }.joined(separator: "\n"))
        </div>
        </fieldset>
        """
    }

    private func radio(_ number: Int, _ label: String, _ chosen: String?) -> String {
        let id = "a\(number)"
        let checked = chosen == "\(number)" ? " checked" : ""
        return """
            <div class="answer"><input type="radio" name="\(Self.control)" id="\(id)" \
            value="\(number)" required\(checked)><label for="\(id)">\(escaped(label))</label></div>
            """
    }

    private func area(_ text: String) -> String {
        """
        <textarea name="\(Self.control)" rows="6" maxlength="\(SurveyAnswer.maximumText / 2)" \
        aria-labelledby="question" required>
        \(escaped(text))</textarea>
        """
    }

    private func escaped(_ text: String) -> String { PageHTML.escaped(text) }
}

extension BuiltInPage {
    /// The frame of a survey's page: that of all pages, with the controls of an answer.
    static func survey(title: String, _ language: PageLanguage, _ body: String) -> [UInt8] {
        let html = """
            <!DOCTYPE html>
            <html lang="\(language.rawValue)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex">
            <title>\(PageHTML.escaped(title))</title>
            <style>\(style)
            \(surveyStyle)</style>
            </head>
            <body>
            <main>
            <h1 id="question">\(PageHTML.escaped(title))</h1>
            \(body)
            </main>
            </body>
            </html>

            """
        return Array(html.utf8)
    }

    /// The whole of an answer can be pressed, at least 44 by 44 points; what is chosen and what has
    /// the focus shows by more than colour.
    private static let surveyStyle = """
        fieldset{margin:0 0 1rem;padding:0;border:0;min-width:0}
        .scale{display:grid;grid-template-columns:repeat(11,1fr);gap:.35rem}
        @media(max-width:34rem){.scale{grid-template-columns:repeat(4,1fr)}}
        .choices{display:grid;gap:.5rem}
        .answer{position:relative}
        .answer input{position:absolute;inset:0;width:100%;height:100%;min-height:0;margin:0;\
        opacity:0;cursor:pointer}
        .answer label{display:flex;align-items:center;justify-content:center;min-height:3rem;\
        padding:.4rem .75rem;border:2px solid var(--line);border-radius:.5rem;font-weight:600;\
        text-align:center;overflow-wrap:anywhere}
        .scale .answer label{padding:.4rem 0}
        .answer input:checked+label{border-color:var(--key);background:var(--key);\
        color:var(--on-key);text-decoration:underline}
        .answer input:focus-visible+label{outline:3px solid var(--ink);outline-offset:3px}
        textarea{display:block;width:100%;padding:.7rem;border:2px solid var(--line);\
        border-radius:.5rem;background:var(--card);color:var(--ink);font:inherit;resize:vertical}
        textarea:focus-visible{outline:3px solid var(--ink);outline-offset:3px}
        .wrong{padding:.75rem 1rem;border:2px solid var(--ink);border-radius:.5rem;\
        color:var(--ink);font-weight:600}
        .hint{font-size:.95rem}
        """
}
