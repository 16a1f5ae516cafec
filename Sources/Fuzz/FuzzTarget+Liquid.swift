internal import Core
internal import Diagnostics
internal import JSON
internal import Liquid

/// What templates are made of.
enum LiquidPieces {
    static let plain = [
        "{{", "}}", "{%", "%}", "{%-", "-%}", "{{ a | ", "{% if ", "{% endif %}", "{% for i in ",
        "{% endfor %}", "{% case ", "{% when ", "{% endcase %}", "{% else %}", "{% elsif ",
        "{% raw %}", "{% endraw %}", "{% comment %}", "{% endcomment %}", "{% liquid\n", "{% # ",
        "{% assign a = ", "{% capture a %}", "{% endcapture %}", "{% cycle ", "{% tablerow i in ",
        "{% endtablerow %}", "{% increment a %}", "{% ifchanged %}", "{% endifchanged %}",
        "{% doc %}", "{% enddoc %}", "{% include 'p' %}", "{% render 'p' with a as b, c: 1 %}",
        "forloop.parentloop", "cols:", "limit:", "offset: continue", "reversed", "a", "b.c", "[",
        "]", "(", ")", "..", "1", "-2.5", "9223372036854775807", "'x'", "\"", "'", "|", ":", ",",
        "==", "contains", " and ", " or ", "blank", "nil", "é", "\0", "\u{FFFF}", "%", "}", "{",
        "\n",
        "| slice: -1, 9 ", "| split: '' ", "| join ", "| date: '%10000Y %-d %^B %s' ",
        "| sort: 'k' ",
        "| where: 'k', 1 ", "| truncate: 3 ", "| replace: '', 'ab' ", "| times: 99999999999 ",
        "| round: 40 ", "| url_decode ", "| base64_decode ", "| strip_html ", "| escape_once ",
    ]

    static let mail =
        plain + [
            "{% slot \"s\" %}", "{% alt \"x\" when ", "{% alt segment \"x\" %}", "{% default %}",
            "{% endslot %}", "{% blocks limit: 2 %}", "{% block \"b\" score: a %}",
            "{% endblock %}", "{% endblocks %}", "{% abort \"x\" %}", "{% require a %}", "| raw ",
            " is not blank", " in ('a', 2)", "not ", "in_segment \"x\"", "clicked(any)", "+ 1",
        ]
}

extension FuzzTarget {
    /// Plain Liquid in its three modes: parsed, compiled, rendered.
    static let liquid = FuzzTarget(
        name: "liquid", pieces: LiquidPieces.plain,
        seeds: [
            "{% for i in (1..3) %}{{ i | plus: 1 }}{% endfor %}{% if a contains 'x' %}{{ b.c }}{% endif %}"
        ]
    ) { bytes in
        for mode in [Template.Mode.lax, .strict, .strict2] { render(bytes, mode) }
    }

    /// The language of mailings.
    static let mail = FuzzTarget(
        name: "mail", pieces: LiquidPieces.mail,
        seeds: [
            "{% slot \"s\" %}{% alt \"x\" when a > 1 %}A{% default %}B{% endslot %}"
                + "{% if a is blank and not (b.c == 2) %}{{ a | raw }}{% endif %}"
        ]
    ) { bytes in
        render(bytes, .mail)
    }

    private static let data: Members = {
        let data = Value(
            [
                "a": ["x", 1, nil, ["k": 1], [2, [3]]], "b": ["c": 2.5, "d": ""], "s": "<é> x",
                "t": "2026-02-29T25:00", "n": -9_223_372_036_854_775_808,
            ] as JSON)
        if case .hash(let members) = data { return members }
        return Members([])
    }()

    private static func render(_ bytes: [UInt8], _ mode: Template.Mode) {
        let text = String(decoding: bytes, as: UTF8.self)
        let partial = SourceText(path: "p", text: String(text.prefix(200)))
        var options = CompileOptions()
        options.partialNames = ["p"]
        options.partial = { $0 == "p" ? partial : nil }
        options.escaping = mode.isMail ? .html : .none
        let source = TemplateSource(SourceText(path: "fuzz", text: text))
        var findings: [Finding] = []
        _ = Template(parsing: source, mode: mode, findings: &findings)
        guard let template = try? Template(parsing: source, mode: mode),
            let program = try? Program(template, options: options)
        else { return }
        _ = template.pathUses
        var input = RenderInput(data: data, now: .epoch)
        input.choices = [0, 1, 2]
        input.blocks = [[1, 0], [0]]
        input.holds = { _ in true }
        input.limits.loopSteps = 2000
        input.limits.outputBytes = 1 << 18
        var output = RenderOutput()
        _ = program.render(input, into: &output)
    }
}
