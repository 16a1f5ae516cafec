import Sections

extension SectionSchema {
    /// The sections and keys of `loop.conf`.
    package static let loop = SectionSchema([
        Kind("topic", .required, ["label", "default", "listed"]),
        Kind(
            "field", .required,
            [
                "type", "values", "half-life", "cap", "required", "default", "history", "label",
                "editable",
            ]),
        Kind("segment", .required, ["where"]),
        Kind("action", .required, ["on", "where", "once"], repeating: ["do"]),
        Kind(
            "trigger", .required, ["when", "rearm", "after", "once", "brake", "send", "run"]),
        Kind("sequence", .required, ["enter", "exit", "once"], repeating: ["step"]),
        Kind("event", .required, ["values"]),
        Kind(
            "form", .required, ["label", "topics", "fields", "confirm", "next", "origins"]),
        Kind(
            "survey", .required,
            ["kind", "question", "choices", "field", "low", "high", "thanks"]),
        Kind("cap", .none, keys: [Key("marketing"), Key("topic", named: true)]),
    ])
}
