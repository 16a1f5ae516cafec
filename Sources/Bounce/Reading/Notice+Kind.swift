/// What kind of message a notice is, by its header and first words.
extension Notice {
    /// What is asked again and again, found once.
    struct Traits: Sendable {
        /// A program answered by itself (RFC 3834 §5, and what programs before it wrote). Bounces
        /// of Postfix say `auto-replied` too, so this only counts where no mail server wrote.
        var isAutoReply = false
        /// An author no person has.
        var isNamedMailSystem = false
        /// A subject that hardly anybody but a mail server writes.
        var saysSubject = false
        /// A person's answer to something, a notice quoted in it or not.
        var isAnswer = false
        /// A subject that warns of a delay.
        var isWarning = false
        /// A subject that speaks of failure.
        var saysFailure = false
        /// Something beside words and subject shows that no person wrote it.
        var hasEvidence = false
        var hasNullPath = false
        var hasReportContainer = false
        /// A receipt (RFC 8098).
        var isDisposition = false
        /// The report that Exchange encloses in a form of its own.
        var hasEmbeddedReport = false
        /// To the subscribers of something, or from a sender who takes bounces himself, and
        /// nothing that only a server writes: a notice quoted in it is not this one's.
        var isOrdinary = false

        init(_ header: MailHeader, subject: String, from: String) {
            let author = PhraseTable.normalized(Array(from.utf8.prefix(500)))
            isNamedMailSystem = !Authors.mailSystems.hits(in: author, limit: 1).isEmpty
            let title = PhraseTable.normalized(Array(subject.utf8.prefix(500)))
            isAnswer =
                !isNamedMailSystem
                && ["re ", "aw ", "sv ", "antw ", "odp "].contains { title.starts(with: $0.utf8) }
            isWarning = !Authors.warnings.hits(in: title, limit: 1).isEmpty
            saysFailure = !Authors.failures.hits(in: title, limit: 1).isEmpty
            saysSubject = !isAnswer && !Authors.notices.hits(in: title, limit: 1).isEmpty
            if let path = header["return-path"]?.lowercased() {
                hasNullPath =
                    path == "<>" || path.hasPrefix("<mailer-daemon")
                    || path.hasPrefix("mailer-daemon")
            }
            let type = header["content-type"]?.lowercased() ?? ""
            isDisposition = type.holds("disposition-notification")
            hasReportContainer =
                type.holds("delivery-status")
                || (type.hasPrefix("multipart/report") && !isDisposition)
            hasEmbeddedReport = header["x-ms-embedded-report"] != nil
            let automatic = header["auto-submitted"]?.lowercased() ?? "no"
            let writer = Address.first(in: Array(from.utf8)[...])
            hasEvidence = isNamedMailSystem || hasNullPath || hasReportContainer
            if hasEmbeddedReport || writer == nil || automatic != "no" { hasEvidence = true }
            judgeOrdinary(header, title)
            isAutoReply =
                Self.saysAutoReply(header)
                || Authors.replies.hits(in: title, limit: 8).contains { $0.position <= 4 }
        }

        /// Newsletters, mailing lists and shops write about deliveries that failed, too.
        private mutating func judgeOrdinary(_ header: MailHeader, _ title: [UInt8]) {
            guard !isNamedMailSystem, !hasNullPath, !hasReportContainer, !hasEmbeddedReport,
                header["x-failed-recipients"] == nil, !Self.isToReturnPath(header)
            else { return }
            let isToMany =
                ["list-unsubscribe", "list-id", "list-post", "x-mailing-list", "feedback-id"]
                .contains { header[$0] != nil } || header["precedence"]?.lowercased() == "list"
            let path = header["return-path"] ?? ""
            let takesBounces =
                Address.inField(path) != nil
                && Authors.mailSystems.hits(
                    in: PhraseTable.normalized(Array(path.utf8.prefix(500))), limit: 1
                ).isEmpty
            isOrdinary =
                isToMany || takesBounces
                || !hasEvidence && !Authors.goods.hits(in: title, limit: 1).isEmpty
            if isOrdinary { saysSubject = false }
        }

        /// Whether it came to where a mailing list's bounces go, which may name the list in its
        /// header like any post.
        private static func isToReturnPath(_ header: MailHeader) -> Bool {
            guard let to = header["to"].flatMap(Address.inField)?.lowercased() else { return false }
            let local = to.prefix { $0 != "@" }
            return ["-admin", "-owner", "-bounces", "-bounce", "-request", "-errors", "-return"]
                .contains { local.hasSuffix($0) }
                || ["owner-", "bounce", "return-"].contains { local.hasPrefix($0) }
        }

        private static func saysAutoReply(_ header: MailHeader) -> Bool {
            let automatic = header["auto-submitted"]?.lowercased() ?? "no"
            if automatic.hasPrefix("auto-replied") || automatic.hasPrefix("auto-notified") {
                return true
            }
            if [
                "x-autoreply", "x-autorespond", "x-auto-reply-from", "x-mail-autoreply",
                "x-autogenerated-reply", "x-autoresponder", "x-vacation", "x-autoreply-from",
            ].contains(where: { header[$0] != nil }) {
                return true
            }
            if let precedence = header["precedence"]?.lowercased(),
                precedence.hasPrefix("auto_reply") || precedence.hasPrefix("auto-reply")
            {
                return true
            }
            if header["x-ms-exchange-inbox-rules-loop"] != nil { return true }
            return ["x-apple-action", "delivered-to", "x-loop"].contains { name in
                let value = header[name]?.lowercased() ?? ""
                return value.hasPrefix("vacation") || value.hasPrefix("autoresponder")
            }
        }
    }

    /// Whether a person's own machine answers, in words alone.
    var saysAway: Bool {
        guard let text = texts.first, text.says(.away, in: 0..<min(text.end, 40)) else {
            return false
        }
        return !traits.isNamedMailSystem && !traits.hasReportContainer
            && header["x-failed-recipients"] == nil
    }

    /// Whether a mail server wrote it: a null return path, or an author no person has.
    var isFromMailSystem: Bool {
        if traits.isNamedMailSystem { return true }
        if traits.isAutoReply { return false }
        return traits.hasNullPath || traits.hasReportContainer || traits.saysSubject
            || traits.hasEmbeddedReport
    }
}
