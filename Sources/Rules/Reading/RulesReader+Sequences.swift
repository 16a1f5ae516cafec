import Core
import Diagnostics
import Expression
import Sections

// Read and checked, so that a file says now what it will do, but refused until the loop runs them.
extension RulesReader {
    mutating func readSequence(_ section: Section, _ name: String) {
        refuseUnsupported("[sequence]", at: section.offset)
        let entry = required("enter", in: section)
        let (rules, vocabulary) = (rules, vocabulary)
        let enter = attempt(entry) { (text) throws(ExpressionError) in
            try Self.entry(text, rules, vocabulary)
        }
        let exit = attempt(section["exit"]) { (text) throws(ExpressionError) in
            try Expression.condition(text, vocabulary)
        }
        var steps: [SequenceRule.Step] = []
        for entry in section.all("step") {
            let step = attempt(entry) { (text) throws(ExpressionError) in
                try Self.step(text, vocabulary)
            }
            if let step { steps.append(step) }
        }
        if section.all("step").isEmpty { _ = required("step", in: section) }
        guard let enter else { return }
        self.rules.sequences.append(
            SequenceRule(name: name, enter: enter, exit: exit, steps: steps))
    }

    private static func entry(
        _ text: String, _ rules: LoopRules, _ vocabulary: Vocabulary
    ) throws(ExpressionError) -> SequenceRule.Entry {
        var phrase = Phrase(text)
        let entry: SequenceRule.Entry
        func check(
            _ name: Phrase.Word, _ kind: String, _ known: [String]
        ) throws(ExpressionError) {
            guard !known.contains(name.text) else { return }
            throw ExpressionError(
                code: "unknown-\(kind)", at: name.offset,
                unknownName(kind, name.text, among: known))
        }
        if phrase.skip("segment") {
            let name = try phrase.name("a segment's name")
            try check(name, "segment", vocabulary.segments.sorted())
            entry = .segment(name.text)
        } else if phrase.skip("subscribe") {
            let name = try phrase.name("a topic's name")
            try check(name, "topic", vocabulary.topics.sorted())
            entry = .subscribe(topic: name.text)
        } else {
            let name = try phrase.name("segment, subscribe or an event")
            try check(name, "event", rules.eventKinds.map(\.name))
            entry = .event(EventKind(name.text))
        }
        try phrase.end()
        return entry
    }

    private static func step(
        _ text: String, _ vocabulary: Vocabulary
    ) throws(ExpressionError) -> SequenceRule.Step {
        var phrase = Phrase(text)
        if phrase.skip("wait") {
            let span = try phrase.span()
            try phrase.end()
            return .wait(span)
        }
        if phrase.skip("send") {
            return .send(mailing: try loneName(phrase.rest().text, "a mailing's name"))
        }
        guard phrase.skip("if") else {
            throw ExpressionError(
                at: phrase.offset, "send MAILING, wait 3d or if … then send MAILING is expected")
        }
        let rest = phrase.rest()
        // The last "then send": the condition may hold the words in a text.
        let words = Array(rest.text.utf8)
        let marker = Array(" then send ".utf8)
        let starts = words.indices.reversed().lazy.filter { words[$0...].starts(with: marker) }
        guard let then = starts.first else {
            throw ExpressionError(at: rest.offset, "then send MAILING is expected after if")
        }
        let mailing = try loneName(
            String(decoding: words[(then + marker.count)...], as: UTF8.self), "a mailing's name")
        do throws(ExpressionError) {
            let condition = try Expression.condition(
                String(decoding: words[..<then], as: UTF8.self), vocabulary)
            return .sendIf(condition, mailing: mailing)
        } catch {
            throw ExpressionError(code: error.code, at: rest.offset + error.offset, error.message)
        }
    }

    mutating func readCap(_ section: Section) {
        refuseUnsupported("[cap]", at: section.offset)
        for entry in section.entries {
            let limit = attempt(entry) { (text) throws(ExpressionError) in
                var phrase = Phrase(text)
                let count = try phrase.number()
                try phrase.expect("per")
                let span = try phrase.span()
                try phrase.end()
                guard count >= 1, count <= 1e6, count == count.rounded() else {
                    throw ExpressionError(at: 0, "a whole number from 1 is expected here")
                }
                return CapRule.Limit(count: Int(count), span: span)
            }
            let topic = String(entry.key.split(separator: " ").last ?? "").nfc
            if entry.key == "marketing" {
                rules.cap.marketing = limit
            } else if rules.topics[topic] != nil {
                rules.cap.topics[topic] = limit
            } else {
                refuse(
                    "unknown-topic", at: entry.keyOffset,
                    unknownName("topic", topic, among: rules.topics.keys.sorted()))
            }
        }
    }
}
