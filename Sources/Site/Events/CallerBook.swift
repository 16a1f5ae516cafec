internal import Core
internal import HTTP
internal import Pacing
internal import Seal
internal import Threads

/// Who may report, and how much of each one's rate is left.
final class CallerBook: Sendable {
    /// What a full bucket holds: one whole batch goes through at any rate.
    private static let burst: Int64 = 1000

    private let callers: [SiteCaller]
    private let buckets: Monitor<[String: TokenBucket]>

    init(_ callers: [SiteCaller]) {
        self.callers = callers
        let now = Uptime(nanoseconds: MonotonicTime.now().nanoseconds)
        buckets = Monitor(
            Dictionary(
                callers.compactMap { caller in
                    caller.rate.map {
                        (caller.name, TokenBucket($0, burst: Self.burst, at: now))
                    }
                }, uniquingKeysWith: { $1 }))
    }

    var isEmpty: Bool { callers.isEmpty }

    /// Whose key a request bears. All keys are compared, whichever fits.
    func caller(of request: HTTPRequest) -> SiteCaller? {
        guard let field = request.headers["authorization"] else { return nil }
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        let key = String(parts[1])
        return callers.filter { KeyedCode.areEqual($0.key, key) }.first
    }

    /// Takes so many pieces from a caller's rate; nil when it may go on, else how many seconds it
    /// should wait.
    func wait(_ caller: SiteCaller, pieces: Int) -> Int? {
        let now = Uptime(nanoseconds: MonotonicTime.now().nanoseconds)
        return buckets.withLock { buckets in
            guard var bucket = buckets[caller.name] else { return nil }
            defer { buckets[caller.name] = bucket }
            if bucket.take(Int64(pieces), at: now) { return nil }
            let missing = Int64(pieces) - bucket.available(at: now)
            let seconds = Double(missing) / bucket.rate.perSecond
            return max(1, Int(min(seconds.rounded(.up), 86_400)))
        }
    }
}
