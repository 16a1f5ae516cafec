import Core
import Diagnostics
import HTTP
import JSON
import Rules
import Store

extension ControlSession {
    static func unknown(_ kind: String, _ name: String, among names: [String]) -> String {
        unknownName(kind, name, among: names)
    }

    func status() throws -> JSON {
        let mailings = try reader.mailings()
        var deliveries: [DeliveryState: Int] = [:]
        for mailing in mailings {
            for (state, count) in try reader.deliveryCounts(mailing: mailing.id) {
                deliveries[state, default: 0] += count
            }
        }
        let states = Dictionary(grouping: mailings, by: \.state).mapValues(\.count)
        let now = host.now()
        return [
            "version": .string(host.version),
            "started": .time(host.started),
            "uptime_seconds": .integer((now - host.started).milliseconds / 1000),
            "profiles": .counts(try reader.profileCounts()) { $0.rawValue },
            "mailings": .counts(states) { "\($0)" },
            "deliveries": .counts(deliveries) { $0.name },
            "last_event": .integer(try reader.lastEventID()),
            "consent": try consentHead(),
            "counters": .counts(try reader.counters()) { $0 },
            "figures": host.figures(),
        ]
    }

    func reload() throws -> JSON {
        do {
            return ["done": .string(try host.reload())]
        } catch {
            throw ControlError(
                409, "nothing was changed: \(error)",
                hint: "Correct the file and reload again; the old one stays in force.")
        }
    }

    func audience(_ segment: String) throws -> SQLCondition {
        _ = try found(segment: segment)
        return try host.audience(segment)
    }
}
