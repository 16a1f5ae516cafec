import Core
import Diagnostics
import HTTP
import JSON
import Pacing
import Rules
import Store
import Synchronization

@testable import Site

/// An endpoint to which a shop and a CRM may report, and one that may do neither.
// The one part that is not Sendable, the sealer, is not used here.
final class CallWorld: @unchecked Sendable {
    static let text = """
        [topic news]
        label = News
        [field first_name]
        type = text
        [event booking]
        values = total: number, hotel: text
        """
    static let shopKey = String(repeating: "s", count: 40)
    static let crmKey = String(repeating: "c", count: 40)
    static let visitsKey = String(repeating: "v", count: 40)

    let home: SiteHome
    let effects = CountingEffects()

    init(rate: Rate? = nil) throws {
        let rules = RulesReader([SourceText(path: "loop.conf", text: Self.text)]).rules
        home = try SiteHome(adjust: { options in
            options.rules = RulesInForce(rules)
            var shop = SiteCaller(name: "shop", key: Self.shopKey)
            shop.rate = rate
            var crm = SiteCaller(name: "crm", key: Self.crmKey)
            crm.mayChangeProfiles = true
            crm.maySubscribe = true
            var visits = SiteCaller(name: "web", key: Self.visitsKey)
            visits.kinds = ["visit"]
            options.callers = [shop, crm, visits]
        })
        try home.store.write(.control) { access in
            try access.activate(rules, files: ["loop.conf": Self.text], at: SiteHome.now)
        }
        try home.store.install(effects)
    }

    struct Answer {
        var status: Int
        var json: JSON
        var isReplay: Bool

        var statuses: [String] {
            json["results"]?.array?.map { $0["status"]?.string ?? "" } ?? []
        }
    }

    func post(
        _ path: String, _ body: String, key: String? = CallWorld.shopKey,
        idempotency: String? = nil, type: String = "application/json"
    ) -> Answer {
        var headers: HeaderFields = ["content-type": type]
        if let key { headers.set("authorization", "Bearer \(key)") }
        if let idempotency { headers.set("idempotency-key", idempotency) }
        let response = home.ask(.post, path, headers: headers, body: body)
        return Answer(
            status: response.status.code, json: (try? JSON(parsing: response.body)) ?? .null,
            isReplay: response.headers["idempotency-replayed"] == "true")
    }

    func status(of email: String) throws -> ProfileStatus? {
        let reader = try home.store.reader()
        guard let id = try reader.profileID(email: EmailAddress(email)) else { return nil }
        return try reader.profile(id, fields: [])?.status
    }
}

/// Counts what would have set something off.
final class CountingEffects: EventEffects {
    private let kinds = Mutex<[String]>([])

    var seen: [String] { kinds.withLock { $0 } }

    func apply(_ event: EventRecord, in access: WriteAccess) throws {
        kinds.withLock { $0.append(event.kind.name) }
    }

    func heeds(_ aspect: ProfileAspect) -> Bool { false }
    func settle(_ change: ProfileChange, of profile: Int64, in access: WriteAccess) {}
    func advance(to now: Instant, limit: Int, in access: WriteAccess) -> Int { 0 }
    func seed(at now: Instant, limit: Int, in access: WriteAccess) -> Bool { false }
    func takeBack(_ event: EventRecord, at now: Instant, in access: WriteAccess) {}
}
