package import Core

/// Judges replies and reports by one table: status code, basic code and text to a reason, reason
/// and context to a weight.
///
/// The table is `bounce.rules`, which is built in; an administrator's rules weigh more.
package struct Classifier: Sendable {
    /// Bytes of text that are looked at.
    static let maximumText = 2_000

    /// The built-in rules alone.
    package static let standard = Classifier(builtIn)

    private let phrases: PhraseTable
    private let statuses: [Int: BounceReason]
    private let basics: [Int: BounceReason]

    init(_ rules: RuleText) {
        phrases = PhraseTable(
            rules.phrases.map { ($0.text, BounceReason.allCases.firstIndex(of: $0.reason) ?? 0) },
            shortWord: 4)
        statuses = rules.statuses
        basics = rules.basics
    }

    /// The built-in rules, with an administrator's before them.
    ///
    /// - Throws: `RulesError` with the line that cannot be read.
    package init(adding text: [UInt8]) throws(RulesError) {
        var rules = RuleText()
        do {
            try rules.add(text)
        } catch {
            throw RulesError(line: error.line, what: error.what)
        }
        rules.append(Self.builtIn)
        self.init(rules)
    }

    /// The file is compiled in, so that a static binary needs nothing beside it; a test reads it.
    static let builtIn: RuleText = (try? RuleText(PackageResources.bounce_rules)) ?? RuleText()

    /// Judges a reply in session.
    ///
    /// Only a reply to RCPT or later can say anything about an address; what a server says
    /// before is about us or it.
    package func judge(_ reply: SMTPReply, at stage: Stage) -> BounceVerdict {
        let verdict = judge(code: reply.code, status: reply.status, text: reply.text)
        switch stage {
        case .rcpt, .data, .dot: return verdict
        case .connect, .greeting, .ehlo, .starttls, .auth, .mail:
            return BounceVerdict(reason: verdict.reason, weight: .none)
        }
    }

    /// Judges what is known of a refusal: the basic code (RFC 5321), the enhanced status
    /// (RFC 3463) and the text, each where there is one.
    package func judge(code: Int?, status: EnhancedStatus?, text: String) -> BounceVerdict {
        let plain = PhraseTable.normalized(Array(text.utf8.prefix(Self.maximumText)))
        return judge(code: code, status: status, said: weightiest(phrases.hits(in: plain)[...]))
    }

    /// By the built-in rules.
    package static func judge(_ reply: SMTPReply, at stage: Stage) -> BounceVerdict {
        standard.judge(reply, at: stage)
    }

    /// By the built-in rules.
    package static func judge(
        code: Int?, status: EnhancedStatus?, text: String
    ) -> BounceVerdict {
        standard.judge(code: code, status: status, text: text)
    }

    /// The phrases in a normalised text.
    func hits(in plain: [UInt8]) -> [PhraseTable.Hit] { phrases.hits(in: plain) }

    /// What the weightiest of some phrases says.
    func weightiest(_ hits: ArraySlice<PhraseTable.Hit>) -> BounceReason? {
        hits.min { $0.rank < $1.rank }.map { BounceReason.allCases[$0.value] }
    }

    /// Judges by codes and by what the words said.
    func judge(code: Int?, status: EnhancedStatus?, said: BounceReason?) -> BounceVerdict {
        let reason = reason(code: code, status: status, said: said)
        return BounceVerdict(
            reason: reason, weight: Self.weight(of: reason, code: code, status: status))
    }

    private func reason(
        code: Int?, status: EnhancedStatus?, said: BounceReason?
    ) -> BounceReason {
        guard let status, let meant = reason(status: status) else {
            return said ?? code.flatMap { basics[$0] } ?? .unclear
        }
        guard Self.isExact(status) else {
            // A basic code may say more than a general status: 552 5.0.0.
            if status.subject == 0 { return said ?? code.flatMap { basics[$0] } ?? meant }
            return said ?? meant
        }
        // An exact code is better evidence than words, except that some servers say 5.1.1 for
        // everything that is wrong with a mailbox.
        guard meant.isAddressDead, let said else { return meant }
        return said == .mailboxFull || said == .disabled || said == .suppressed
            || said.isAddressDead ? said : meant
    }

    private func reason(status: EnhancedStatus) -> BounceReason? {
        statuses[RuleText.key(status.class, status.subject, status.detail)]
            ?? statuses[RuleText.key(status.class, status.subject, RuleText.anyDetail)]
            ?? (status.subject == 0 && status.detail == 0 ? .unclear : nil)
    }

    /// Codes that leave nothing to the words; the others are used for anything.
    private static func isExact(_ status: EnhancedStatus) -> Bool {
        switch (status.subject, status.detail) {
        case (1, 1), (1, 2), (1, 6), (1, 7), (1, 8), (1, 10), (2, 2), (3, 4), (4, 7), (7, 20...28):
            true
        default: false
        }
    }

    private static func weight(
        of reason: BounceReason, code: Int?, status: EnhancedStatus?
    ) -> BounceVerdict.Weight {
        // 5.7.x never marks an address, nor do the codes that blame the sender or say nothing.
        if let status {
            if status.subject == 7 { return .none }
            if status.subject == 1, [0, 7, 8].contains(status.detail) { return .none }
        }
        guard reason.isAddressDead else { return reason.concernsMailbox ? .soft : .none }
        // A dead address that may come back to life is not dead yet.
        let isTemporary = status.map { $0.class == 4 } ?? code.map { $0 < 500 } ?? false
        return isTemporary ? .soft : .hard
    }
}
