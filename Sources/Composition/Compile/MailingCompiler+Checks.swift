import Core
import Diagnostics
import Expression
import Liquid
import Message
import Rules

extension MailingCompiler {
    mutating func checkGrants(_ matter: FrontMatter, _ file: SourceText) {
        if let from = matter.from, !Grants.covers(grants.fromDomains, from.address.domain) {
            refuse(
                "from-domain", "from", matter, file,
                "mail from \(from.address.domain) is not granted: see from-domains in maild.conf")
        }
        let domains = Set(matter.proof.map(\.domain)).sorted()
        for domain in domains where !Grants.covers(grants.proofDomains, domain) {
            refuse(
                "proof-domain", "proof", matter, file,
                "proofs to \(domain) are not granted: see proof-domains in maild.conf")
        }
        if let topic = matter.topic, rules.topics[topic] == nil {
            refuse(
                "unknown-topic", "topic", matter, file,
                unknownName("topic", topic, among: rules.topics.keys.sorted()))
        }
        if matter.kind == .transactional, let granted = grants.transactionalTopics,
            !granted.contains(matter.topic ?? "")
        {
            refuse(
                "transactional", "kind", matter, file,
                "this topic may not be transactional: see transactional-topics in maild.conf")
        }
    }

    mutating func checkDefaults(_ matter: FrontMatter, _ file: SourceText) {
        for name in matter.defaults.keys.sorted() where rules.vocabulary.fields[name] == nil {
            refuse(
                "unknown-field", "defaults.\(name)", matter, file,
                unknownName("field", name, among: rules.vocabulary.fields.keys.sorted()))
        }
    }

    /// Blocks are told apart by their order in a mailing, which a partial used twice has not.
    mutating func checkPartials(_ assembly: Assembly) {
        for partial in assembly.partials {
            for blocks in Mentions(partial.nodes).blocks {
                report(
                    blocks.place.finding(
                        .refuse, "blocks-in-partial", "blocks stand in the mailing or its layout"))
            }
        }
    }

    mutating func checkUnsubscribe(
        _ assembly: Assembly, _ matter: FrontMatter, _ file: SourceText
    ) {
        let isKindKnown = !findings.contains { $0.code == "choice" }
        guard matter.kind == .marketing, isKindKnown else { return }
        // A derived text part has what the HTML has.
        var parts = [(assembly.html, source.htmlPath, true)]
        if let text = assembly.text { parts.append((text, source.textPath, false)) }
        for (nodes, path, isHTML) in parts {
            var check = UnsubscribeCheck(partials: assembly.partialTrees, isHTML: isHTML)
            guard !check.isCertain(nodes) else { continue }
            report(
                Finding.aboutFile(
                    path, "missing-unsubscribe",
                    "a marketing mailing needs "
                        + (isHTML
                            ? "<a href=\"{{ links.unsubscribe }}\">" : "{{ links.unsubscribe }}")
                        + " for every recipient, outside conditions and comments"))
        }
    }

    mutating func zone(_ matter: FrontMatter, _ file: SourceText) -> Zone {
        if case .clock(_, let name?) = matter.send, zones(name) == nil {
            refuse("unknown-zone", "send", matter, file, "unknown time zone \"\(name)\"")
        }
        guard let name = matter.zone else { return rules.zone }
        if let zone = zones(name) { return zone }
        refuse("unknown-zone", "zone", matter, file, "unknown time zone \"\(name)\"")
        return rules.zone
    }

    /// Reads `audience`: a segment's name or a condition.
    mutating func audience(_ matter: FrontMatter, _ file: SourceText) -> Expression? {
        guard let text = matter.audience else {
            let isSendKnown = !findings.contains { $0.code == "send" }
            if matter.send != .onTrigger, isSendKnown, matter.offsets["audience"] == nil {
                refuse(
                    "missing-audience", "send", matter, file,
                    "say who gets it, audience: SEGMENT or a condition, or send: on trigger")
            }
            return nil
        }
        if matter.send == .onTrigger {
            refuse(
                "audience", "audience", matter, file,
                "a mailing that triggers start has no audience of its own")
            return nil
        }
        if let segment = rules.segments[text] { return segment.condition }
        do throws(ExpressionError) {
            let condition = try Expression.condition(text, rules.vocabulary)
            note(condition, in: file, at: matter.offsets["audience"] ?? 0)
            return condition
        } catch {
            let offset = matter.offsets["audience"] ?? 0
            if error.code == "unknown-field", text.allSatisfy({ !$0.isWhitespace }) {
                refuse(
                    "unknown-segment", "audience", matter, file,
                    unknownName("segment", text, among: rules.segments.keys.sorted()))
            } else {
                report(error.finding(in: file, base: offset))
            }
            return nil
        }
    }

    private mutating func refuse(
        _ code: String, _ key: String, _ matter: FrontMatter, _ file: SourceText, _ message: String
    ) {
        report(Finding(code: code, in: file, at: matter.offsets[key] ?? 0, message))
    }
}
