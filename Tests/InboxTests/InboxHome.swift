import Core
import Glibc
import Seal
import Store

@testable import Inbox

/// A store with one mailing that was sent to a few people, and a Maildir beside it.
final class InboxHome {
    let path: String
    let store: Store
    let ring: KeyRing
    let sealer: Sealer
    let profiles: [Int64]
    let deliveries: [Int64]
    static let now = Instant(milliseconds: 1_795_212_131_000)

    init(people: Int = 2, state: DeliveryState = .sent) throws {
        var template = Array("/tmp/maild-inbox-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw Failure() }
        path = String(cString: made)
        store = try Store(directory: path)
        ring = try KeyRing.ephemeral()
        sealer = try Sealer(ring)
        let added = try store.write(.control) { access in
            try (0..<people).map {
                try access.addProfile(
                    email: EmailAddress("person\($0)@example.org"), at: Self.now)
            }
        }
        profiles = added
        let outcome: Outcome =
            state == .sent
            ? .accepted(SMTPReply(code: 250, status: nil, text: "ok"))
            : .inDoubt(reason: "killed")
        deliveries = try store.write(.control) { access in
            let mailing = try access.activate(
                .init(
                    name: "autumn", hash: "1", kind: .marketing, topic: nil, isTriggered: true,
                    source: []), at: Self.now)
            return try added.map { profile in
                let id = try access.queue(
                    DeliveryKey(mailing: mailing.id, profile: profile, occasion: .once),
                    version: mailing.activeVersion!, due: Self.now, at: Self.now)!
                _ = try access.commit(
                    [Intent(delivery: id, place: 0, choices: nil, mergeRow: [])], at: Self.now)
                try access.commit(
                    [
                        AttemptResult(
                            delivery: id, outcome: outcome, retryAt: nil, addressIsDead: false)
                    ], at: Self.now)
                return id
            }
        }
    }

    struct Failure: Error {}

    private var isOpen = true

    func closeStore() {
        if isOpen { store.close() }
        isOpen = false
    }

    deinit {
        closeStore()
        remove(path)
    }

    private func remove(_ path: String) {
        if unlink(path) == 0 { return }
        for name in Self.names(path) { remove(path + "/" + name) }
        rmdir(path)
    }

    static func names(_ path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    var maildir: String { path + "/Maildir" }

    func names(_ folder: String) -> [String] { Self.names("\(maildir)/\(folder)") }

    /// Delivers as a mail server does: written in `tmp`, then moved to `new`.
    func deliver(_ message: String, as name: String) throws {
        let temporary = "\(maildir)/tmp/\(name)"
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard file >= 0 else { throw Failure() }
        let bytes = Array(message.utf8)
        let count = write(file, bytes, bytes.count)
        close(file)
        guard count == bytes.count, rename(temporary, "\(maildir)/new/\(name)") == 0 else {
            throw Failure()
        }
    }

    func token(_ index: Int, _ purpose: Purpose = .returnPath) throws -> Token {
        try sealer.token(purpose, delivery: deliveries[index])
    }

    /// A report as Postfix writes it, to our return path.
    func report(
        _ index: Int, status: String = "5.1.1", words: String = "550 5.1.1 User unknown",
        to: String? = nil, returning id: String = "<other@example.org>"
    ) throws -> String {
        let address = try to ?? ReturnPath.address(token(index), domain: "bounce.example")
        return """
            Return-Path: <>
            Delivered-To: \(address)
            From: MAILER-DAEMON@mx.example
            To: \(address)
            Subject: Undelivered Mail Returned to Sender
            Auto-Submitted: auto-replied
            Content-Type: multipart/report; report-type=delivery-status; boundary=x

            --x
            Content-Type: message/delivery-status

            Final-Recipient: rfc822; person\(index)@example.org
            Action: \(status.hasPrefix("5") ? "failed" : "delayed")
            Status: \(status)
            Diagnostic-Code: smtp; \(words)

            --x
            Content-Type: message/rfc822

            Message-ID: \(id)

            Hello
            --x--
            """
    }

    func state(_ index: Int) throws -> DeliveryState? {
        try store.reader().delivery(deliveries[index])?.state
    }

    func status(_ index: Int) throws -> ProfileStatus? { try profile(index)?.status }

    func profile(_ index: Int) throws -> ProfileRecord? {
        try store.reader().profile(profiles[index], fields: [])
    }

    func counter(_ name: String) throws -> Int {
        try store.reader().counters()[name] ?? 0
    }

    func bounceEvents() throws -> [EventRecord] { try events("bounce") }

    func events(_ kind: String) throws -> [EventRecord] {
        try store.reader().events(after: 0, limit: 1_000).filter { $0.kind.name == kind }
    }

    var quarantine: String { path + "/Quarantine" }

    /// An inbox on this home, not started.
    func inbox(
        mailboxes: [MailboxSource] = [], providers: [Provider] = [],
        surroundings: InboxSurroundings = InboxSurroundings(clock: { InboxHome.now }, log: .none)
    ) throws -> InboxStation {
        var options = InboxStation.Options(maildir: maildir, quarantine: quarantine)
        options.retryMilliseconds = 10
        options.mailboxes = mailboxes
        options.providers = providers
        return try InboxStation(options, store: store, ring: ring, surroundings: surroundings)
    }
}
