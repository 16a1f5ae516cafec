import Core
import Diagnostics
import Expression
import Sections

extension RulesReader {
    /// More steps than anybody writes.
    private static let stepLimit = 200

    mutating func readSequence(_ section: Section, _ name: String) {
        let (rules, vocabulary) = (rules, vocabulary)
        let enter = attempt(required("enter", in: section)) { (text) throws(ExpressionError) in
            try Self.entry(text, rules, vocabulary)
        }
        // Who was brought in by an event can be asked about it.
        var known = vocabulary
        if case .event(let kind)? = enter { known.addValues(of: kind, rules) }
        let asked = known
        let exit = attempt(section["exit"]) { (text) throws(ExpressionError) in
            try Expression.condition(text, asked)
        }
        if let exit, let entry = section["exit"] { noteMailings(of: exit, in: entry) }
        let steps = section.all("step").compactMap { readStep($0, asked) }
        if section.all("step").isEmpty { _ = required("step", in: section) }
        if section.all("step").count > Self.stepLimit {
            refuse("too-long", at: section.offset, "more than \(Self.stepLimit) steps")
        }
        let once = attempt(section["once"]) { (text) throws(ExpressionError) in
            try Self.once(ofTrigger: text)
        }
        guard let enter, !steps.isEmpty else { return }
        var sequence = SequenceRule(name: name, enter: enter, exit: exit, steps: steps)
        if let once { sequence.once = once }
        self.rules.sequences.append(sequence)
    }

    private mutating func readStep(
        _ entry: Section.Entry, _ vocabulary: Vocabulary
    ) -> SequenceRule.Step? {
        let step = attempt(entry) { (text) throws(ExpressionError) in
            try Self.step(text, vocabulary)
        }
        if let mailing = step?.mailing {
            // The last words of the line, perhaps quoted.
            let length = mailing.utf8.count
            let tail = entry.value.utf8.suffix(length + 1)
            let quoted = tail.last == UInt8(ascii: "\"") || tail.last == UInt8(ascii: "'")
            let back = length + (quoted ? 2 : 0)
            note(
                mailing: mailing,
                at: entry.valueOffset + max(0, entry.value.utf8.count - back), .sent)
        }
        if case .sendIf(let condition, _)? = step {
            var phrase = Phrase(entry.value)
            _ = phrase.next()
            noteMailings(of: condition, in: entry, base: phrase.offset)
        }
        return step
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
                guard span > .zero, span <= CapRule.longestSpan else {
                    throw ExpressionError(at: 0, "a time from 1s to 366d is expected after per")
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
