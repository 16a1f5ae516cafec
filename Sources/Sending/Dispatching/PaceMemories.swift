internal import Core
internal import JSON
internal import Pacing

/// What destinations taught, as it is kept over restarts: `{"gmail.com": {"rate": "60/min", "trouble":
/// 240, "rest": 1800000000000, "since": 1799999000000, "reason": "421 4.7.0 slow down"}}`, times in
/// milliseconds since 1970.
enum PaceMemories {
    /// More than this are not kept: the slowest are.
    static let limit = 1000

    static func text(_ memories: [String: DestinationPace.Memory]) -> String {
        let kept = memories.sorted { a, b in
            (speed(a.value), a.key) < (speed(b.value), b.key)
        }.prefix(limit)
        let members: [(String, JSON)] = kept.map { name, memory in
            var object = JSON.Object()
            object["rate"] = memory.learnt.map { .string($0.description) }
            object["trouble"] = .number(memory.trouble)
            object["rest"] = memory.restUntil.map { .integer($0.milliseconds) }
            object["since"] = memory.since.map { .integer($0.milliseconds) }
            object["reason"] = memory.reason.map { .string($0) }
            return (name, .object(object))
        }
        return String(decoding: JSON.object(JSON.Object(members)).bytes, as: UTF8.self)
    }

    /// Who rests comes before who is slow.
    private static func speed(_ memory: DestinationPace.Memory) -> Double {
        memory.restUntil == nil ? memory.learnt?.perSecond ?? 0 : 0
    }

    /// Reads what `text` wrote; what it does not understand is left out.
    static func all(_ text: String) -> [String: DestinationPace.Memory] {
        var memories: [String: DestinationPace.Memory] = [:]
        for (name, one) in (try? JSON(parsing: text.utf8))?.object?.members ?? [] {
            let trouble = one["trouble"].flatMap { $0.number } ?? 0
            memories[name] = DestinationPace.Memory(
                learnt: one["rate"]?.string.flatMap { Rate($0) },
                trouble: trouble.isFinite ? trouble : 0,
                restUntil: one["rest"]?.integer.map { Instant(milliseconds: $0) },
                since: one["since"]?.integer.map { Instant(milliseconds: $0) },
                reason: one["reason"]?.string)
        }
        return memories
    }
}
