internal import Core
internal import HTTP
internal import Rules
internal import Store

/// The page of a person's preferences, and what was sent with it.
struct PreferencePage {
    /// What is known of the person.
    struct Facts {
        var status: ProfileStatus
        /// Whether she gets a topic now, of those that are listed.
        var topics: [String: Bool]
        var preference: Preference
        /// Of the fields that she may correct.
        var fields: [String: FieldValue]
    }

    let facts: Facts
    let rules: LoopRules
    let words: Wording
    let now: Instant

    private static let dayMilliseconds = TimeSpan.days(1).milliseconds
    private static let keep = "keep"

    private var topics: [TopicRule] {
        rules.topics.values.filter(\.isListed).sorted { ($0.label, $0.name) < ($1.label, $1.name) }
    }

    private var controls: [FieldControl] {
        rules.fields.values.filter { $0.isEditable && $0.name != PageLanguage.field }
            .sorted { $0.name < $1.name }.map { FieldControl(rule: $0, words: words) }
    }

    private var languageRule: FieldRule? {
        rules.fields[PageLanguage.field].flatMap {
            $0.type == .choice || $0.type == .text ? $0 : nil
        }
    }

    // MARK: The page

    /// `entered` is what was typed into fields and found wrong.
    func content(
        dataPath: String, isSaved: Bool = false, problems: [PageContent.Problem] = [],
        entered: [String: String] = [:]
    ) -> PageContent {
        var parts: [PageContent.Part] = []
        if isSaved { parts.append(.notice(words.saved)) }
        if !problems.isEmpty { parts.append(.errors(title: words.wrong, problems)) }
        switch facts.status {
        case .unsubscribed: parts.append(.text(words.statusUnsubscribed))
        case .unconfirmed: parts.append(.text(words.statusUnconfirmed))
        case .complained: parts.append(.text(words.statusComplained))
        case .active, .bounced, .erased: parts.append(.text(words.preferencesHow))
        }
        var form = PageForm()
        form.controls = choices
        for control in controls {
            let stored = control.text(
                of: facts.fields[control.rule.name] ?? .missing, zone: rules.zone)
            form.controls.append(
                control.control(
                    value: entered[control.rule.name] ?? stored,
                    problem: problems.first { $0.control == control.name }?.message))
        }
        form.buttons = [.init(label: words.save, name: "save", value: "yes")]
        parts.append(.form(form))
        parts.append(.link(words.yourData, to: dataPath))
        if facts.status == .active {
            parts += [
                .heading(words.leaveAll), .text(words.leaveAllText),
                .form(
                    PageForm(buttons: [
                        .init(label: words.unsubscribeAll, name: "from", value: "everything")
                    ])),
            ]
        }
        return PageContent(words.preferences, parts)
    }

    private var choices: [PageForm.Control] {
        var list: [PageForm.Control] = []
        if !topics.isEmpty {
            list.append(
                .question(
                    .init(name: "topic", label: words.topics),
                    .checks(
                        topics.map { topic in
                            .init(
                                value: topic.name, label: topic.label,
                                isChecked: facts.status != .unsubscribed
                                    && facts.topics[topic.name] ?? false)
                        })))
        }
        list.append(
            .question(
                .init(name: "frequency", label: words.frequency),
                .select(
                    words.frequencies,
                    chosen: String(facts.preference.spacing.milliseconds / Self.dayMilliseconds))))
        var pauses = words.pauses
        var pause = "0"
        if let end = facts.preference.pausedUntil, end > now {
            let day = rules.zone.day(end)
            pauses.insert(.init(value: Self.keep, label: words.pausedUntil(day)), at: 0)
            pause = Self.keep
        }
        list.append(
            .question(
                .init(name: "pause", label: words.pause, hint: words.pauseHint),
                .select(pauses, chosen: pause)))
        if let rule = languageRule {
            let values = rule.values.isEmpty ? PageLanguage.allCases.map(\.rawValue) : rule.values
            var chosen = ""
            if case .text(let text)? = facts.fields[rule.name] { chosen = text }
            list.append(
                .question(
                    .init(name: PageLanguage.field, label: words.language),
                    .select(
                        values.map { .init(value: $0, label: PageLanguage.names[$0] ?? $0) },
                        chosen: chosen)))
        }
        list.append(
            .question(
                .init(name: "untracked", label: words.tracking),
                .checks([
                    .init(
                        value: "yes", label: words.untracked,
                        isChecked: facts.preference.isUntracked, note: words.untrackedNote)
                ])))
        return list
    }

    /// What everybody is shown, nobody's own choices in it.
    var wording: [UInt8] {
        let anybody = PreferencePage(
            facts: Facts(status: .active, topics: [:], preference: Preference(), fields: [:]),
            rules: rules, words: words, now: now)
        return Array(PageHTML(anybody.content(dataPath: "")).text.utf8)
    }

    // MARK: What was sent

    struct Reading {
        var change: PreferenceChange
        var problems: [PageContent.Problem] = []
        var entered: [String: String] = [:]
    }

    func read(_ form: FormFields, delivery: Int64) -> Reading {
        let ticked = Set(form.all("topic"))
        var preference = facts.preference
        if let days = form["frequency"].flatMap({ Int64($0) }), (0...366).contains(days) {
            preference.spacing = .days(days)
        }
        if let weeks = form["pause"].flatMap({ Int64($0) }), (0...52).contains(weeks) {
            preference.pausedUntil = weeks == 0 ? nil : now + .days(7 * weeks)
        }
        preference.isUntracked = form["untracked"] == "yes"
        var reading = Reading(
            change: PreferenceChange(
                delivery: delivery,
                topics: Dictionary(
                    uniqueKeysWithValues: topics.map { ($0.name, ticked.contains($0.name)) }),
                preference: preference))
        let reader = FieldText(zone: rules.zone)
        if let rule = languageRule, let text = form[PageLanguage.field], !text.isEmpty,
            text.utf8.count <= 35, let value = try? reader.value(text, of: rule)
        {
            reading.change.fields[rule.name] = value
        }
        for control in controls {
            let text = control.text(in: form)
            reading.entered[control.rule.name] = String(text.prefix(FieldControl.limit))
            if let problem = control.problem(with: text, zone: rules.zone) {
                reading.problems.append(
                    .init(control: control.name, message: "\(control.label): \(problem)"))
            } else if let value = try? reader.value(text, of: control.rule) {
                reading.change.fields[control.rule.name] = value
            }
        }
        return reading
    }
}
