internal import Bounce
internal import Composition
internal import Configuration
internal import Core
internal import Curl
internal import Inbox
internal import JSON
internal import Message
internal import Site
internal import Sockets
internal import Store
internal import Versions

/// What the inbox is told of the configuration, and what it is given of the other stations.
extension Configuration {
    /// Reads the providers' secrets; throws when one cannot be read or is too short.
    func inboxOptions() throws -> InboxStation.Options {
        var options = InboxStation.Options(
            maildir: inbox.maildir, quarantine: inbox.quarantine)
        options.hostName = sending.returnPathDomain
        options.mailboxes = mailboxes.map { mailbox in
            MailboxSource(
                name: mailbox.name, account: mailbox.account, interval: mailbox.interval,
                secret: { mailbox.secret })
        }
        options.providers = try providers.map { try $0.inboxProvider() }
        return options
    }

    /// `reported` is told what reports say of destinations.
    func inboxSurroundings(
        versions: CompiledVersions, classifier: Classifier, log: Log,
        reported: @escaping @Sendable (DestinationNews) -> Void = { _ in },
        ledgerChanged: @escaping @Sendable () -> Void
    ) throws -> InboxSurroundings {
        var surroundings = InboxSurroundings(
            clock: WallClock.now, log: log, classifier: classifier, reported: reported,
            ledgerChanged: ledgerChanged)
        guard inbox.forwardsReplies, let relay = try relays.first?.curlRelay() else {
            return surroundings
        }
        let ownDomain = sending.returnPathDomain
        surroundings.replyAddress = { version, reader in
            let matter = try versions.mailing(version: version, in: reader)?.frontMatter
            guard let address = (matter?.replyTo ?? matter?.from)?.address,
                // What is sent there comes back here.
                address.domain != ownDomain
            else { return nil }
            return address
        }
        surroundings.forward = { message, recipient, isStopped in
            do throws(TransferFailure) {
                try Submission.send(message, to: recipient, through: relay, isStopped: isStopped)
                return .sent
            } catch {
                return (500..<600).contains(error.code)
                    ? .refused("\(error)") : .later("\(error)")
            }
        }
        return surroundings
    }

    func lmtpListener() throws -> Listener? {
        switch inbox.lmtp {
        case nil: nil
        // The mail server is another user; without a token nothing it brings has an effect.
        case .path(let path): try Listener(path: path, mode: 0o666)
        case .endpoint(let endpoint):
            try Listener(host: endpoint.bareHost, port: UInt16(endpoint.port))
        }
    }

    /// The built-in rules, with those of the file `rules` before them.
    func classifier() throws -> Classifier {
        guard let path = bounces.rules else { return .standard }
        guard let text = SmallFile.read(path, maximumBytes: 1 << 20) else {
            throw StartFailure("\(path) cannot be read, or is larger than 1 MB")
        }
        do throws(RulesError) {
            return try Classifier(adding: text)
        } catch {
            throw StartFailure("\(path): \(error)")
        }
    }

    var bouncePolicy: BouncePolicy {
        var policy = BouncePolicy()
        policy.softDays = bounces.softDays
        policy.softSpan = bounces.softSpan
        policy.memory = bounces.memory
        policy.deliveredAfter = bounces.deliveredAfter
        policy.rateDelivered = bounces.rateDelivered
        policy.rateEvents = bounces.rateEvents
        policy.complaints = .init(warn: bounces.complaintWarn, pause: bounces.complaintPause)
        policy.hardBounces = .init(warn: bounces.hardWarn, pause: bounces.hardPause)
        return policy
    }

    /// What stands in a secret's file, trimmed. Nil when it cannot be read, is open to others or
    /// empty.
    fileprivate static func secret(in file: String) -> String? {
        let bytes = try? SecretFile.read(file, credentials: credentials)
        let text = bytes.map { String(decoding: $0, as: UTF8.self).trimmed } ?? ""
        return text.isEmpty ? nil : text
    }
}

extension Configuration.Mailbox {
    fileprivate var account: MailboxAccount {
        let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        let security: MailboxAccount.TLS =
            scheme.isTLS ? .implicit : tls == .off ? .off : .require
        return MailboxAccount(
            kind: scheme.isIMAP ? .imap : .pop3, host: bare, port: UInt16(port), tls: security,
            authoritiesFile: caFile, user: user, folder: folder, doneFolder: doneFolder)
    }

    fileprivate var secret: MailboxAccount.Secret? {
        if let tokenFile { return Configuration.secret(in: tokenFile).map { .token($0) } }
        return passwordFile.flatMap { Configuration.secret(in: $0) }.map { .password($0) }
    }
}

extension Configuration.Provider {
    fileprivate func inboxProvider() throws -> Provider {
        guard let secret = Configuration.secret(in: secretFile) else {
            throw StartFailure("cannot read the secret-file of provider \(name)")
        }
        guard secret.utf8.count >= Provider.minimumSecret else {
            throw StartFailure(
                "the secret of provider \(name) is shorter than \(Provider.minimumSecret) characters"
            )
        }
        // The two lists of kinds are one; the configuration judged it.
        let kind = Provider.Kind(rawValue: kind.rawValue)!
        return Provider(name: name, kind: kind, secret: secret, topic: topic)
    }
}

extension InboxStation {
    /// The endpoint's way to the inbox.
    var providerReport: @Sendable (ProviderReport) -> ProviderReport.Answer {
        { [self] report in
            let request = WebhookRequest(
                provider: report.name, secret: report.secret,
                authorization: report.authorization, body: report.body)
            switch webhook(request) {
            case .taken: return .taken
            case .unknown: return .unknown
            case .malformed: return .malformed
            case .later: return .later
            }
        }
    }

    /// For `maildctl bounce quarantine`.
    var quarantineListing: JSON {
        get throws {
            .array(
                try quarantine.entries().map { entry in
                    [
                        "file": .string(quarantine.folder + "/" + entry.name),
                        "at": .string(entry.at.rfc3339), "bytes": .integer(Int64(entry.bytes)),
                        "reason": .string(entry.reason),
                    ]
                })
        }
    }
}
