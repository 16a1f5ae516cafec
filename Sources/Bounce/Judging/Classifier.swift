import Core

/// Judges replies and reports by one table: status code, basic code and text to a reason, reason
/// and context to a weight.
package enum Classifier {
    /// Bytes of text that are looked at.
    static let maximumText = 1_000

    /// Judges a reply in session.
    ///
    /// Only a reply to RCPT or later can say anything about an address; what a server says
    /// before is about us or it.
    package static func judge(_ reply: SMTPReply, at stage: Stage) -> BounceVerdict {
        let verdict = judge(code: reply.code, status: reply.status, text: reply.text)
        switch stage {
        case .rcpt, .data, .dot: return verdict
        case .connect, .greeting, .ehlo, .starttls, .auth, .mail:
            return BounceVerdict(reason: verdict.reason, weight: .none)
        }
    }

    /// Judges what is known of a refusal: the basic code (RFC 5321), the enhanced status
    /// (RFC 3463) and the text, each where there is one.
    package static func judge(code: Int?, status: EnhancedStatus?, text: String) -> BounceVerdict {
        let reason = reason(code: code, status: status, text: text)
        return BounceVerdict(
            reason: reason, weight: weight(of: reason, code: code, status: status))
    }

    private static func reason(
        code: Int?, status: EnhancedStatus?, text: String
    ) -> BounceReason {
        let said = PhraseTable.shared.reason(in: Array(text.utf8.prefix(maximumText)))
        guard let status else {
            return said ?? code.flatMap(reason(basic:)) ?? .unclear
        }
        let meant = reason(status: status)
        // An exact code is better evidence than words, except that some servers say 5.1.1 for
        // everything that is wrong with a mailbox, and a policy code does not say which policy.
        if let said, meant == nil || said == .mailboxFull || said == .disabled { return said }
        if let said, meant == .policy, !said.concernsMailbox { return said }
        return meant ?? said ?? .unclear
    }

    /// What a status code says by itself (RFC 3463 §3, and the IANA registry).
    private static func reason(status: EnhancedStatus) -> BounceReason? {
        switch (status.subject, status.detail) {
        case (1, 1), (1, 3): .userUnknown
        case (1, 2): .domainUnknown
        case (1, 6): .moved
        case (1, 10): .takesNoMail
        case (1, 7), (1, 8): .sender
        case (2, 1): .disabled
        case (2, 2): .mailboxFull
        case (2, 3), (3, 4): .tooBig
        case (3, 1), (3, 2), (3, 5): .system
        case (4, 4): status.class == 5 ? .domainUnknown : .connection
        case (4, 7): .expired
        case (4, 1), (4, 2), (4, 3), (4, 5), (4, 6): .connection
        case (6, _): .content
        case (7, 20...26): .authentication
        case (7, 28): .rate
        case (7, _): .policy
        default: nil
        }
    }

    /// What a basic code says where nothing else does (RFC 5321 §4.2.3).
    private static func reason(basic code: Int) -> BounceReason? {
        switch code {
        case 421: .connection
        case 451, 454: .system
        case 452, 552: .mailboxFull
        case 521, 556: .takesNoMail
        case 551: .moved
        case 535, 530: .authentication
        default: nil
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
