internal import Core
internal import HTTP
internal import Rules

/// A form of loop.conf: its page, and what was sent with it.
struct SubscribeForm {
    let rule: FormRule
    let rules: LoopRules
    let words: Wording

    static let trap = "website"
    static let stamp = "stamp"

    /// What was typed in, read and judged.
    struct Entry {
        var email = ""
        var address: EmailAddress?
        var topics: [String] = []
        var fields: [String: String] = [:]
        var isTrapped = false
        var problems: [PageContent.Problem] = []
    }

    private var controls: [FieldControl] {
        rule.fields.compactMap { name in
            rules.fields[name].map { FieldControl(rule: $0, words: words) }
        }
    }

    private var isChoice: Bool { rule.topics.count > 1 }

    func read(_ form: FormFields) -> Entry {
        var entry = Entry()
        entry.email = String((form["email"] ?? "").trimmed.prefix(300))
        entry.address = try? EmailAddress(entry.email)
        entry.isTrapped = !(form[Self.trap] ?? "").isEmpty
        if entry.address == nil {
            entry.problems.append(
                .init(
                    control: "email",
                    message: entry.email.isEmpty ? words.missing : words.wrongEmail))
        }
        let chosen = Set(form.all("topic"))
        entry.topics = isChoice ? rule.topics.filter(chosen.contains) : rule.topics
        if entry.topics.isEmpty {
            entry.problems.append(.init(control: "topic", message: words.wrongTopics))
        }
        for control in controls {
            let text = control.text(in: form)
            if let problem = control.problem(with: text, zone: rules.zone) {
                entry.problems.append(
                    .init(control: control.name, message: "\(control.label): \(problem)"))
            }
            entry.fields[control.rule.name] = String(text.prefix(FieldControl.limit))
        }
        return entry
    }

    /// The page; `stamp` proves when it was made.
    func content(
        stamp: String, _ entry: Entry = Entry(), notice: String? = nil
    ) -> PageContent {
        var form = PageForm(hidden: [.init(name: Self.stamp, value: stamp)])
        func problem(_ control: String) -> String? {
            entry.problems.first { $0.control == control }?.message
        }
        form.controls.append(
            .question(
                .init(
                    name: "email", label: words.email, hint: words.emailHint,
                    problem: problem("email")),
                .line(
                    .init(
                        value: entry.email, type: "email", autocomplete: "email",
                        isRequired: true))))
        if isChoice {
            form.controls.append(
                .question(
                    .init(name: "topic", label: words.whatToGet, problem: problem("topic")),
                    .checks(
                        rule.topics.map { topic in
                            .init(
                                value: topic, label: rules.topics[topic]?.label ?? topic,
                                isChecked: entry.topics.contains(topic))
                        })))
        }
        for control in controls {
            let value = entry.fields[control.rule.name] ?? ""
            form.controls.append(
                control.control(value: value, problem: problem(control.name)))
        }
        form.controls.append(.trap(name: Self.trap, label: words.leaveEmpty))
        form.buttons = [.init(label: words.subscribe, name: "subscribe", value: "yes")]
        var parts: [PageContent.Part] = []
        if !entry.problems.isEmpty { parts.append(.errors(title: words.wrong, entry.problems)) }
        if let notice { parts.append(.notice(notice)) }
        return PageContent(title, parts + [.text(words.formHow), .form(form)])
    }

    private var title: String {
        if let label = rule.label { return label }
        guard !isChoice, let topic = rule.topics.first else { return words.subscribe }
        return rules.topics[topic]?.label ?? words.subscribe
    }

    /// What everybody is shown, nobody's own values in it: its hash is the wording that the
    /// consent ledger names.
    var wording: [UInt8] {
        Array((words.subscribe + "\n" + PageHTML(content(stamp: "")).text).utf8)
    }
}
