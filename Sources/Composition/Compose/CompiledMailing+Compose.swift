import Core
import Expression
import Liquid
import Message
import Rules

extension CompiledMailing {
    /// Makes the message for one person: chooses, renders, serializes.
    ///
    /// - Parameters:
    ///   - to: as it stands in the header; an international domain as A-labels.
    ///   - coupons: the person's codes by their pools.
    ///   - memory: what the message before left.
    package func compose(
        _ person: some Subject, to: EmailAddress, identity: DeliveryIdentity, now: Instant,
        coupons: [String: String] = [:], memory: ComposeMemory = ComposeMemory()
    ) -> ComposedMessage {
        switch mergeRow(of: person, now: now) {
        case .failure(.aborted(let reason)): return .skipped(reason: reason)
        case .failure(.failed(let reason)): return .held(reason: reason)
        case .success(var row):
            row.coupons = coupons
            return compose(from: row, to: to, identity: identity, memory: memory)
        }
    }

    /// Makes the same message again from what was kept of it.
    package func compose(
        from row: consuming MergeRow, to: EmailAddress, identity: DeliveryIdentity,
        memory: ComposeMemory = ComposeMemory()
    ) -> ComposedMessage {
        do throws(RenderFailure) {
            var (letter, targets) = try letter(row, to: to, identity, memory)
            address(&letter, identity)
            let message = try wire(letter)
            row.targets = targets
            let choices = row.choices
            return .message(message, choices: choices, mergeRow: row)
        } catch {
            switch error {
            case .aborted(let reason):
                if let pool = missingPool(reason, row.coupons) { return .needsCoupon(pool: pool) }
                return .skipped(reason: reason)
            case .failed(let reason): return .held(reason: reason)
            }
        }
    }

    /// The pool whose code a render asked for in vain.
    private func missingPool(_ reason: String, _ coupons: [String: String]) -> String? {
        couponPools.first {
            coupons[$0] == nil && reason == Node.Output.couponReason($0)
        }
    }

    /// Chooses for a person and reads what the templates print; the row has no targets yet.
    package func mergeRow(
        of person: some Subject, now: Instant
    ) -> Result<MergeRow, RenderFailure> {
        let evaluator = Evaluator(person, now: now, segments: segmentConditions)
        var row = MergeRow(now: now)
        do throws(ExpressionError) {
            row.choices = try plan.choose(with: evaluator)
            for name in askedSegments {
                if let rule = rules.segments[name] {
                    row.segments[name] = try evaluator.holds(rule.condition)
                }
            }
        } catch {
            return .failure(.failed(reason: "a condition of \(name): \(error.message)"))
        }
        for (text, condition) in askedConditions {
            // One that fails matters only where a template comes to it: rendering holds it then.
            if let holds = try? evaluator.holds(condition) { row.answers[text] = holds }
        }
        if plan.isEmpty(row.choices) {
            return .failure(.aborted(reason: "no slot has content for this person"))
        }
        row.fields.reserveCapacity(printed.count)
        for field in printed {
            let value = field.value(of: person, at: now)
            if !value.isMissing { row.fields.append(value, named: field.name) }
        }
        return .success(row)
    }

    /// The subject and the bodies: encoded while they are rendered, or, where links lead straight
    /// to their targets, rendered whole first.
    private func letter(
        _ row: MergeRow, to: EmailAddress, _ identity: DeliveryIdentity, _ memory: ComposeMemory
    ) throws(RenderFailure) -> (PersonalLetter, targets: [MergeRow.Target]) {
        var letter = PersonalLetter(
            to: Mailbox(address: to), subject: "", date: row.now, messageID: identity.messageID,
            text: nil, html: nil)
        guard identity.counting == .ofPerson else {
            let rendered = try render(row, identity: identity)
            (letter.subject, letter.html, letter.text) =
                (rendered.subject, rendered.html, rendered.text)
            return (letter, rendered.targets)
        }
        let encoded = try encode(row, identity: identity, into: memory)
        letter.subject = encoded.subject
        letter.html = memory.html.encoder
        letter.text = parts.text == nil ? nil : memory.text.encoder
        return (letter, encoded.targets)
    }

    /// Adds what the daemon's other rooms say of a delivery.
    private func address(_ letter: inout PersonalLetter, _ identity: DeliveryIdentity) {
        if !identity.subjectPrefix.isEmpty {
            letter.subject = identity.subjectPrefix + letter.subject
        }
        letter.listDomain = identity.listDomain
        letter.feedbackSender = identity.feedbackSender
        guard frontMatter.kind == .marketing else { return }
        letter.unsubscribe = [identity.unsubscribeURL]
        if let mailto = identity.unsubscribeMailto { letter.unsubscribe.append(mailto) }
    }

    private func wire(_ letter: PersonalLetter) throws(RenderFailure) -> WireMessage {
        guard let letterhead else { throw .failed(reason: "\(name) has no from") }
        do throws(MessageFault) {
            return try letterhead.get().message(letter)
        } catch {
            throw .failed(reason: error.description)
        }
    }

    /// Where a link leads for the person of a merge row; nil when there is no such link.
    package func target(ofLink number: Int, in row: MergeRow?) -> String? {
        if links.indices.contains(number - 1) { return links[number - 1].target }
        return (personal(number, row)?.url).map(frontMatter.linkParameters.added)
    }

    /// The link of the template behind a number: itself, or the one a personal target came from.
    package func link(_ number: Int, in row: MergeRow?) -> MailingLink? {
        if links.indices.contains(number - 1) { return links[number - 1] }
        guard let target = personal(number, row), links.indices.contains(target.link - 1) else {
            return nil
        }
        return links[target.link - 1]
    }

    private func personal(_ number: Int, _ row: MergeRow?) -> MergeRow.Target? {
        let index = number - links.count - 1
        guard let row, row.targets.indices.contains(index) else { return nil }
        return row.targets[index]
    }
}

extension PrintedField {
    fileprivate func value(of person: some Subject, at now: Instant) -> FieldValue {
        if isScore {
            return person.score(of: name).map { .number($0.value(at: now)) } ?? .missing
        }
        let stored = person.value(of: name)
        return stored.isMissing ? standard : stored
    }
}
