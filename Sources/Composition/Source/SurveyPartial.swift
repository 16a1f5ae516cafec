import Core
import Rules

/// What `{% survey "NAME" %}` stands for: a partial made of the survey's rule. Its buttons are
/// links to the survey's page, which stores nothing until the person presses there.
enum SurveyPartial {
    /// No file's path can be one of these.
    private static let prefix = "survey:"

    /// The name by which the tag's node asks for it.
    static func name(of survey: String) -> String { prefix + survey }

    /// The survey that a partial's name means; nil: it is a file's.
    static func survey(named partial: String) -> String? {
        partial.hasPrefix(prefix) ? String(partial.dropFirst(prefix.count)) : nil
    }

    static func html(_ survey: SurveyRule) -> String {
        let question = escaped(survey.question)
        let body =
            switch survey.kind {
            case .nps: scale(survey)
            case .choice:
                survey.buttons.map { row(link(survey, $0.number, $0.label, isWide: true)) }.joined()
            case .text: row(link(survey, nil, survey.question, isWide: true))
            }
        let heading =
            survey.kind == .text
            ? ""
            : "<tr><td style=\"padding:0 0 12px 0;font-weight:bold;line-height:1.4\">\(question)"
                + "</td></tr>"
        return """
            <table role="presentation" cellpadding="0" cellspacing="0" border="0" width="100%" \
            style="max-width:600px">\(heading)\(body)</table>

            """
    }

    /// Buttons of 44 by 44 points that wrap on a narrow screen.
    private static func scale(_ survey: SurveyRule) -> String {
        let buttons = survey.buttons.map { link(survey, $0.number, $0.label, isWide: false) }
        let ends = [(0, survey.low), (10, survey.high)].compactMap { number, words in
            words.map { "\(number) = \(escaped($0))" }
        }
        return row(buttons.joined(separator: " "))
            + (ends.isEmpty
                ? ""
                : "<tr><td style=\"padding:4px 0 0 0;font-size:14px;line-height:1.4\">"
                    + ends.joined(separator: ", ") + "</td></tr>")
    }

    private static func row(_ html: String) -> String {
        "<tr><td style=\"padding:0 0 8px 0;line-height:52px\">\(html)</td></tr>"
    }

    private static func link(
        _ survey: SurveyRule, _ number: Int?, _ label: String, isWide: Bool
    ) -> String {
        let answer = number.map { "?a=\($0)" } ?? ""
        let size = isWide ? "padding:0 20px" : "min-width:44px"
        return """
            <a href="{{ links.survey }}/\(survey.name)\(answer)" style="display:inline-block;\(size);\
            line-height:44px;text-align:center;text-decoration:none;font-weight:bold;\
            color:#1d4f91;background-color:#ffffff;border:2px solid #1d4f91;border-radius:6px">\
            \(escaped(label))</a>
            """
    }

    /// Neither markup nor a tag of the template language.
    private static func escaped(_ text: String) -> String {
        HTML.escaped(text).replacing("{", with: "&#123;").replacing("}", with: "&#125;")
    }
}
