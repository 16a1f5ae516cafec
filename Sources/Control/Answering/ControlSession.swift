import Core
import HTTP
import JSON
import Rules
import Store

/// What one thread needs to answer requests; made for each request from the thread's own reader.
struct ControlSession {
    let store: Store
    let reader: ReadAccess
    let rules: LoopRules
    /// To which a field that is added by command is added at once.
    let rulesInForce: RulesInForce
    let host: ControlHost
    /// Octets of an import.
    let importLimit: Int

    /// Runs in the operators' lane and returns when it is durable.
    func write<Result: Sendable>(
        _ body: @escaping @Sendable (WriteAccess) throws -> Result
    ) throws -> Result {
        try store.write(.control, body)
    }

    func found(mailing name: String) throws -> MailingRecord {
        if let mailing = try reader.mailing(named: name) { return mailing }
        let names = try reader.mailings().map(\.name)
        throw ControlError(404, Self.unknown("mailing", name, among: names))
    }
}

extension JSON {
    static func count(_ n: Int) -> JSON { .integer(Int64(n)) }

    static func time(_ instant: Instant) -> JSON { .string(instant.rfc3339) }

    static func optional(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }

    static func optional(_ instant: Instant?) -> JSON { instant.map(JSON.time) ?? .null }

    static func counts<Key>(_ counts: [Key: Int], name: (Key) -> String) -> JSON {
        let members = counts.map { (name($0.key), JSON.count($0.value)) }.sorted { $0.0 < $1.0 }
        return .object(JSON.Object(members))
    }
}
