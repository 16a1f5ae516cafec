import Core
import Diagnostics
import Expression

/// Reads what stands after `do =` or in a `data-action`; fields, topics and events must be known
/// already.
struct OperationReader {
    private let rules: LoopRules
    private let vocabulary: Vocabulary

    /// - Parameter kind: the kind of event that runs it, whose values it may ask; nil: any.
    init(_ rules: LoopRules, on kind: EventKind?) {
        self.rules = rules
        vocabulary = rules.vocabulary(on: kind)
    }

    func operation(_ text: String) throws(ExpressionError) -> Operation {
        var phrase = Phrase(text)
        var ahead = phrase
        guard let verb = ahead.next() else {
            throw ExpressionError(at: phrase.offset, "an operation such as x += 1 is expected")
        }
        if ["=", "+", "-"].contains(where: { ahead.rest().text.hasPrefix($0) }) {
            return try assignment(&phrase)
        }
        let operation: Operation
        switch verb.text {
        case "clear":
            _ = phrase.next()
            let field = try phrase.name("a field's name")
            operation = .clear(field: try known(field).name)
        case "tag", "untag":
            _ = phrase.next()
            let tag = try phrase.name("a tag")
            operation = verb.text == "tag" ? .tag(tag.text) : .untag(tag.text)
        case "subscribe", "unsubscribe":
            _ = phrase.next()
            let topic = try phrase.name("a topic's name")
            guard rules.topics[topic.text] != nil else {
                throw ExpressionError(
                    code: "unknown-topic", at: topic.offset,
                    unknownName("topic", topic.text, among: rules.topics.keys.sorted()))
            }
            operation =
                verb.text == "subscribe"
                ? .subscribe(topic: topic.text) : .unsubscribe(topic: topic.text)
        case "send":
            _ = phrase.next()
            let mailing = try phrase.name("a mailing's name")
            let after = phrase.skip("after") ? try phrase.span() : .zero
            operation = .send(mailing: mailing.text, after: after)
        case "notify":
            _ = phrase.next()
            let staff = try phrase.name("the name of a [staff] section of maild.conf")
            let text = try phrase.name("the text, in quotes")
            do throws(ExpressionError) {
                operation = .notify(
                    staff: staff.text, try NoticeText(text.text, vocabulary))
            } catch {
                throw ExpressionError(
                    code: error.code, at: text.offset + error.offset, error.message)
            }
        case "call":
            _ = phrase.next()
            let webhook = try phrase.name("the name of a [webhook] section of maild.conf")
            operation = .call(webhook: webhook.text)
        default:
            return try assignment(&phrase)
        }
        try phrase.end()
        return operation
    }

    private func assignment(_ phrase: inout Phrase) throws(ExpressionError) -> Operation {
        let name = try phrase.name("a field's name")
        let symbol = phrase.offset
        let right = phrase.rest()
        guard let sign = ["+=", "-=", "="].first(where: { right.text.hasPrefix($0) }) else {
            throw ExpressionError(
                at: symbol,
                "write FIELD = VALUE, FIELD += VALUE, clear, tag, untag, subscribe, unsubscribe, "
                    + "send, notify or call")
        }
        let field = try known(name)
        let base = right.offset + sign.utf8.count
        let value: Expression
        do throws(ExpressionError) {
            value = try Expression.value(String(right.text.dropFirst(sign.count)), vocabulary)
        } catch {
            throw ExpressionError(code: error.code, at: base + error.offset, error.message)
        }
        try check(value, for: field, sign: sign, at: symbol, base: base)
        switch sign {
        case "+=": return .add(field: field.name, value)
        case "-=": return .subtract(field: field.name, value)
        default: return .set(field: field.name, value)
        }
    }

    private func known(_ name: Phrase.Word) throws(ExpressionError) -> FieldRule {
        if LoopRules.keptFields.contains(name.text) {
            throw ExpressionError(
                code: "fixed-field", at: name.offset,
                "\(name.text) is kept from sales and refunds; no action changes it")
        }
        if let field = rules.fields[name.text] { return field }
        if Vocabulary.builtIn[name.text] != nil {
            throw ExpressionError(
                code: "fixed-field", at: name.offset, "an action cannot change \(name.text)")
        }
        throw ExpressionError(
            code: "unknown-field", at: name.offset,
            unknownName("field", name.text, among: rules.fields.keys.sorted()))
    }

    private func check(
        _ value: Expression, for field: FieldRule, sign: String, at symbol: Int, base: Int
    ) throws(ExpressionError) {
        let fits =
            switch (field.type, value.kind) {
            case (.number, .number), (.number, .score), (.score, .number), (.score, .score): true
            case (.date, .span): sign != "="
            case (.date, .date), (.text, .text), (.text, .choice), (.choice, .text),
                (.choice, .choice), (.flag, .flag), (.flag, .condition):
                sign == "="
            default: false
            }
        guard fits else {
            throw ExpressionError(
                code: "type", at: symbol,
                "\(field.name) is a \(field.type.rawValue), which \(sign) cannot take a "
                    + value.kind.rawValue)
        }
        if field.type == .choice, case .literal(let literal) = value.node,
            !field.accepts(literal), case .text(let text) = literal
        {
            throw ExpressionError(
                code: "unknown-value", at: base + value.offset,
                unknownName("value of \(field.name)", text, among: field.values)
                    + " (known are \(field.values.prefix(12).joined(separator: ", ")))")
        }
    }
}
