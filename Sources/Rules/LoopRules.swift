import Core
import Diagnostics
import Expression

/// What `loop.conf` (or `loop/*.conf`) says: fields, topics, segments, actions, triggers.
///
/// Immutable and checked: every name that it uses exists, except those of mailings, which only
/// the folder knows (`mailingReferences`).
package struct LoopRules: Sendable {
    package var topics: [String: TopicRule] = [:]
    package var fields: [String: FieldRule] = [:]
    package var segments: [String: SegmentRule] = [:]
    package var actions: [String: ActionRule] = [:]
    /// In the order of the files, in which they are asked.
    package var triggers: [TriggerRule] = []
    package var sequences: [SequenceRule] = []
    package var events: [String: EventRule] = [:]
    package var forms: [String: FormRule] = [:]
    package var surveys: [String: SurveyRule] = [:]
    package var cap = CapRule()
    /// Besides fields: what a mailing that events start may read of them.
    var eventFields: [String: FieldType] = [:]
    /// Every place that names a mailing.
    package var mailingReferences: [MailingReference] = []
    /// Every place that names staff or a webhook.
    package var grantReferences: [GrantReference] = []
    /// In which a day begins and a date without time is read.
    package var zone: Zone

    package init(zone: Zone = .utc) {
        self.zone = zone
        for (name, type) in Self.keptFieldTypes { fields[name] = FieldRule(name: name, type: type) }
    }

    /// What expressions may name.
    package var vocabulary: Vocabulary {
        Vocabulary(
            fields: fields.mapValues(\.type).merging(eventFields) { field, _ in field },
            segments: Set(segments.keys),
            topics: Set(topics.keys), zone: zone)
    }

    /// Fields without which nobody new is imported, by name.
    package var requiredFields: [String] {
        fields.values.filter(\.isRequired).map(\.name).sorted()
    }

    /// The segments' conditions, as an evaluator takes them.
    package var conditions: [String: Expression] { segments.mapValues(\.condition) }

    /// The actions that run on every event of this kind, besides those bound to the link.
    package func actions(on kind: EventKind) -> [ActionRule] {
        actions.values.filter { $0.on == kind }.sorted { $0.name < $1.name }
    }

    /// What a link's `data-action` is bound to: an action's name, or one operation written out.
    /// Errors carry the offset within `text`.
    package func binding(_ text: String) throws(ExpressionError) -> ActionBinding {
        let isName = !text.isEmpty && text.utf8.allSatisfy(\.isNameByte)
        guard isName else {
            let operation = try OperationReader(self, on: .click).operation(text)
            switch operation {
            case .notify, .call:
                throw ExpressionError(
                    code: "not-inline", at: 0,
                    "notify and call belong into an [action] of loop.conf that the link names")
            default: return .inline(operation)
            }
        }
        guard let action = actions[text] else {
            throw ExpressionError(
                code: "unknown-action", at: 0,
                unknownName("action", text, among: actions.keys.sorted()))
        }
        return .named(action)
    }
}

/// What a click on a bound link runs.
package enum ActionBinding: Hashable, Sendable {
    case named(ActionRule)
    /// Without `once`: every judged-human click counts.
    case inline(Operation)

    package var operations: [Operation] {
        switch self {
        case .named(let action): action.operations
        case .inline(let operation): [operation]
        }
    }
}

/// A place in a file that names a mailing.
package struct MailingReference: Hashable, Sendable {
    package var name: String
    package var path: String
    package var position: SourcePosition
    /// The line it stands in, for the caret.
    package var line: String
    package var use: Use

    /// What the place wants of the mailing.
    package enum Use: Hashable, Sendable {
        /// What people did with it, or with its link of a name.
        case asked(link: String?)
        /// A trigger, an action or a sequence sends it.
        case sent
    }

    package init(
        _ name: String, in source: SourceText, at offset: Int, _ use: Use = .asked(link: nil)
    ) {
        self.name = name
        self.use = use
        path = source.path
        position = source.position(ofByte: offset)
        line = source.line(position.line)
    }

    /// Those that a condition asks of; its text begins at `offset`.
    package static func asked(
        by condition: Expression, in source: SourceText, at offset: Int
    ) -> [MailingReference] {
        condition.mentionedMailings.map {
            MailingReference($0.name, in: source, at: offset + $0.offset, .asked(link: $0.link))
        }
    }

    /// The finding to report when no such mailing exists.
    package func unknown(among mailings: some Sequence<String>) -> Finding {
        Finding(
            code: "unknown-mailing", path: path, position: position, line: line,
            unknownName("mailing", name, among: mailings))
    }

    /// The finding to report when the mailing is there and probably not what was meant.
    package func doubt(_ code: String, _ message: String) -> Finding {
        Finding(
            .warn, code: code, path: path, position: position, line: line, message)
    }
}

extension UInt8 {
    /// Of what names of actions, segments and mailings are made when nothing quotes them.
    var isNameByte: Bool {
        (0x41...0x5A).contains(self & 0xDF) || (0x30...0x39).contains(self) || self >= 0x80
            || self == UInt8(ascii: "_") || self == UInt8(ascii: "-") || self == UInt8(ascii: ".")
    }
}
