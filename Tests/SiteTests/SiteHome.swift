import Core
import Glibc
import HTTP
import Journal
import Rules
import Seal
import Store
import Synchronization
import Threads

@testable import Site

/// A store in which two people got a mailing of two links, with journal and endpoint.
final class SiteHome {
    static let now = Instant(milliseconds: 1_795_212_131_000)
    static let target = "https://shop.example/australia?a=1"

    let path: String
    let store: Store
    let journal: HitJournal
    let sealer: Sealer
    let ring: KeyRing
    let site: SiteStation
    let profiles: [Int64]
    let deliveries: [Int64]
    /// What the endpoint takes for now.
    let clock = Monitor(SiteHome.now)

    init(
        topic: String? = "news", pages: [String: String] = [:],
        rules: LoopRules = LoopRules(),
        providerReport: (@Sendable (ProviderReport) -> ProviderReport.Answer)? = nil,
        adjust: (inout SiteOptions) -> Void = { _ in }
    ) throws {
        var template = Array("/tmp/maild-site-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw Failure() }
        path = String(cString: made)
        for folder in ["/hits", "/pages"] { mkdir(path + folder, 0o700) }
        for (name, text) in pages { try Self.write(text, to: "\(path)/pages/\(name)") }
        store = try Store(directory: path)
        journal = try HitJournal(HitJournal.Options(directory: path + "/hits"))
        ring = try KeyRing.ephemeral()
        sealer = try Sealer(ring)
        (profiles, deliveries) = try Self.fill(store, topic: topic)
        var options = SiteOptions(publicURL: "http://mail.example:8025")
        options.aliases = ["127.0.0.1"]
        options.pages = path + "/pages"
        options.providerReport = providerReport
        adjust(&options)
        site = try SiteStation(
            options, store: store, journal: journal, ring: ring, archive: FixedArchive(),
            rules: RulesInForce(rules), clock: { [clock] in clock.withLock { $0 } }, log: .none)
    }

    struct Failure: Error {}

    static func write(_ text: String, to path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT, 0o600)
        defer { close(file) }
        guard Glibc.write(file, text, text.utf8.count) == text.utf8.count else { throw Failure() }
    }

    private static func fill(
        _ store: Store, topic: String?
    ) throws -> (profiles: [Int64], deliveries: [Int64]) {
        try store.write(.control) { access in
            try access.declare(topics: [
                TopicRecord(name: "news", label: "Travel & News", byDefault: true)
            ])
            let mailing = try access.activate(
                .init(
                    name: "autumn", hash: "1", kind: .marketing, topic: topic, isTriggered: true,
                    source: []), at: now)
            var profiles: [Int64] = []
            var deliveries: [Int64] = []
            for number in 0..<2 {
                let profile = try access.addProfile(
                    email: EmailAddress("person\(number)@example.org"), at: now)
                profiles.append(profile)
                deliveries.append(
                    try access.queue(
                        DeliveryKey(mailing: mailing.id, profile: profile, occasion: .once),
                        version: mailing.activeVersion!, due: now, at: now)!)
            }
            return (profiles, deliveries)
        }
    }

    deinit {
        site.stop()
        journal.close()
        store.close()
        remove(path)
    }

    private func remove(_ path: String) {
        if unlink(path) == 0 { return }
        if let folder = opendir(path) {
            while let entry = readdir(folder) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != "." && name != ".." { remove(path + "/" + name) }
            }
            closedir(folder)
        }
        rmdir(path)
    }

    func token(_ purpose: Purpose, _ index: Int = 0) throws -> String {
        try sealer.token(purpose, delivery: deliveries[index]).text
    }

    /// Sends a request through the endpoint without a socket.
    func ask(
        _ method: HTTPMethod, _ target: String, headers: HeaderFields = [:], body: String = "",
        query: String? = nil,
        host: String = "mail.example:8025"
    ) -> HTTPResponse {
        let answer = Monitor<HTTPResponse?>(nil)
        let request = HTTPRequest(
            method: method, path: target, query: query, authority: host, headers: headers,
            body: Array(body.utf8))
        site.answer(request, peer: "192.0.2.7") { response in answer.update { $0 = response } }
        return answer.wait(until: .after(milliseconds: 60_000)) { $0 }
            ?? HTTPResponse(500, text: "no answer")
    }

    func post(_ target: String, _ form: String) -> HTTPResponse {
        ask(
            .post, target, headers: ["content-type": "application/x-www-form-urlencoded"],
            body: form)
    }

    /// All hits that the journal holds.
    func hits() throws -> [Hit] {
        var hits: [Hit] = []
        var position = Position.start
        while position < journal.end {
            let reading = try journal.read(from: position, limit: 1_000)
            hits += reading.records.compactMap { Hit(bytes: $0.payload) }
            position = reading.next
        }
        return hits
    }

    func isSubscribed(_ index: Int = 0) throws -> Bool {
        try store.reader().isSubscribed(profiles[index], topic: "news")
    }

    func status(_ index: Int = 0) throws -> ProfileStatus? {
        try store.reader().profile(profiles[index], fields: [])?.status
    }

    func events() throws -> [EventRecord] { try store.reader().events(after: 0, limit: 1_000) }
}

/// Two links, the second of them personal; the third is gone.
struct FixedArchive: MailArchive {
    func target(
        ofLink number: Int, ofVersion version: Int64, in reader: ReadAccess, at now: Instant
    ) throws -> ArchivedLink {
        switch number {
        case 1: .leads(to: SiteHome.target, templateLink: 1)
        case 4: .over
        default: .unknown
        }
    }

    func target(
        ofLink number: Int, of delivery: DeliveryRecord, in reader: ReadAccess, at now: Instant
    ) throws -> ArchivedLink {
        switch number {
        case 1: .leads(to: SiteHome.target, templateLink: 1)
        case 2: .leads(to: "https://shop.example/\(delivery.id)", templateLink: 1)
        case 3: .gone
        case 4: .over
        default: .unknown
        }
    }

    func html(of delivery: DeliveryRecord, in reader: ReadAccess) throws -> [UInt8]? {
        delivery.id % 2 == 1 ? Array("<p>Mail \(delivery.id)</p>".utf8) : nil
    }
}
