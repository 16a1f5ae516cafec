internal import Composition
internal import Configuration
internal import Core
internal import Diagnostics
internal import Expression
internal import JSON
internal import Loop
internal import Rules
internal import Store

/// What `play` is asked to run: rules, mailings, people and events, all checked.
struct PlayScript {
    struct Invalid: Error, CustomStringConvertible {
        var description: String
    }

    struct Mailing {
        var name: String
        var kind: MailingKind
        var topic: String?
        /// In the order of their names; a link's number is its place from 1.
        var links: [(name: String, binding: ActionBinding?)]
        /// Of its front matter what a script may give too: `timing` keys.
        var matter: FrontMatter
    }

    struct Profile {
        var email: EmailAddress
        var fields: [String: FieldValue]
        var tags: [String]
        var topics: [String: Bool]
    }

    struct Event {
        var at: Instant
        var email: String
        var kind: EventKind
        var mailing: String?
        var link: String?
        var values: JSON.Object
    }

    let conf: String
    let rules: LoopRules
    let mailings: [Mailing]
    let profiles: [Profile]
    /// In the order of time; those of one instant as they stand in the file.
    let events: [Event]
    let start: Instant
    let until: Instant

    init(_ json: JSON) throws {
        guard let conf = json["conf"]?.string else { throw Invalid(description: "conf is missing") }
        let read = RulesReader([SourceText(path: "loop.conf", text: conf)])
        if let refusal = read.findings.first(where: { $0.severity == .refuse }) {
            throw Invalid(description: refusal.summary)
        }
        self.conf = conf
        let rules = read.rules
        self.rules = rules
        mailings = try (json["mailings"]?.array ?? []).map { try Mailing($0, rules) }
        profiles = try (json["profiles"]?.array ?? []).map { try Profile($0, rules) }
        let events = try (json["events"]?.array ?? []).map { try Event($0) }
        self.events = events.enumerated().sorted {
            ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
        }.map(\.element)
        let end = try json["until"].map { try Self.instant($0, "until") }
        guard let start = self.events.first?.at ?? end else {
            throw Invalid(description: "until is missing, and there are no events")
        }
        self.start = start
        until = end ?? self.events.last?.at ?? start
    }

    /// Whether a kind needs no declaration or has one; purchases and conversions may be told too.
    func knows(_ kind: EventKind) -> Bool {
        EventKind.builtIn.contains(kind) || rules.events[kind.name] != nil
            || ["buy", "convert"].contains(kind.name)
    }

    static func instant(_ json: JSON?, _ what: String) throws -> Instant {
        guard let text = json?.string, let instant = Instant(text) else {
            throw Invalid(description: "\(what) is not a time, as 2026-12-01T09:00:00Z is")
        }
        return instant
    }
}

extension PlayScript.Mailing {
    fileprivate init(_ json: JSON, _ rules: LoopRules) throws {
        guard let name = json["name"]?.string else {
            throw PlayScript.Invalid(description: "a mailing has no name")
        }
        self.name = name
        topic = json["topic"]?.string
        if let topic, rules.topics[topic] == nil {
            throw PlayScript.Invalid(description: "mailing \(name): no topic \(topic) in conf")
        }
        let kind = json["kind"]?.string ?? MailingKind.marketing.rawValue
        guard let kind = MailingKind(rawValue: kind) else {
            throw PlayScript.Invalid(
                description: "mailing \(name): kind is marketing or transactional")
        }
        self.kind = kind
        matter = try Self.matter(json, name)
        links = try (json["links"]?.object?.members ?? []).sorted { $0.name < $1.name }.map {
            link, value in
            guard let text = value.string, !text.isEmpty else { return (link, nil) }
            do throws(ExpressionError) {
                return (link, try rules.binding(text))
            } catch {
                throw PlayScript.Invalid(
                    description: "mailing \(name), link \(link): \(error.message)")
            }
        }
    }
}

extension PlayScript.Mailing {
    /// Keys of the front matter that decide when a message leaves.
    static let timing = ["window", "zone", "once", "lifetime", "priority"]

    private static func matter(_ json: JSON, _ name: String) throws -> FrontMatter {
        var lines = ["---", "subject: \(name)", "from: play@example.org"]
        for key in timing {
            guard let value = json[key], value != .null else { continue }
            guard let text = value.string, !text.contains(where: \.isNewline) else {
                throw PlayScript.Invalid(description: "mailing \(name): \(key) is one line of text")
            }
            lines.append("\(key): \(text)")
        }
        let source = SourceText(
            path: name, text: (lines + ["---", ""]).joined(separator: "\n"))
        let (matter, findings) = FrontMatter.read(source)
        guard let matter else {
            throw PlayScript.Invalid(
                description: "mailing \(name): \(findings.first?.message ?? "")")
        }
        if let zone = matter.zone, SystemZones.zone(named: zone) == nil {
            throw PlayScript.Invalid(description: "mailing \(name): there is no zone \(zone)")
        }
        return matter
    }

    /// What decides about its messages, and which go first of those that are due together.
    func terms(_ rules: LoopRules) -> (terms: SendTerms, rank: Int) {
        var terms = SendTerms(lifetime: matter.lifetime ?? .zero)
        terms.caps = rules.cap
        terms.window = matter.window
        terms.once = matter.once
        terms.zone = matter.zone.flatMap { SystemZones.zone(named: $0) }
        terms.readsZone = rules.fields[RecipientZones.field] != nil
        terms.zones = RecipientZones(
            standard: rules.zone, find: { SystemZones.zone(named: $0) })
        let rank = Priority.allCases.firstIndex(of: matter.priority ?? .normal) ?? 0
        return (terms, rank)
    }
}

extension PlayScript.Profile {
    fileprivate init(_ json: JSON, _ rules: LoopRules) throws {
        guard let text = json["email"]?.string, let email = try? EmailAddress(text) else {
            throw PlayScript.Invalid(description: "a profile has no usable email")
        }
        self.email = email
        fields = [:]
        for (name, value) in json["fields"]?.object?.members ?? [] where value != .null {
            guard let field = rules.fields[name] else {
                throw PlayScript.Invalid(description: "profile: no field \(name) in conf")
            }
            fields[name] = try Self.value(value, of: field, zone: rules.zone)
        }
        tags = (json["tags"]?.array ?? []).compactMap(\.string)
        if let chosen = json["topics"]?.object {
            topics = Dictionary(
                uniqueKeysWithValues: chosen.members.map { ($0.name, $0.value.bool ?? false) })
        } else if let names = json["topics"]?.array?.compactMap(\.string) {
            // A list is all of them; what is on by default is for who brings no list.
            topics = rules.topics.mapValues { _ in false }
            for name in names { topics[name] = true }
        } else {
            topics = [:]
        }
    }
}

extension PlayScript.Profile {
    /// A text may stand for a value of any type, as in an import.
    private static func value(
        _ json: JSON, of field: FieldRule, zone: Zone
    ) throws -> FieldValue {
        let typed = FieldValue(json, as: field.type, zone: zone)
        if typed != .missing, field.accepts(typed) { return typed }
        guard let text = json.string else {
            throw PlayScript.Invalid(
                description: "profile: \(field.name) is no \(field.type.rawValue)")
        }
        if text.utf8.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { return .missing }
        do throws(FieldText.Invalid) {
            return try FieldText(zone: zone).value(text, of: field)
        } catch {
            throw PlayScript.Invalid(description: "profile: \(error.reason)")
        }
    }
}

extension PlayScript.Event {
    fileprivate init(_ json: JSON) throws {
        at = try PlayScript.instant(json["at"], "an event's at")
        guard let email = json["email"]?.string, let kind = json["kind"]?.string else {
            throw PlayScript.Invalid(description: "an event has no email or no kind")
        }
        self.email = email
        self.kind = EventKind(kind)
        mailing = json["mailing"]?.string
        link = json["link"]?.string
        values = json["values"]?.object ?? JSON.Object()
    }
}
