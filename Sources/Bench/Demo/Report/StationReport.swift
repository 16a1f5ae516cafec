/// What one station of the circle did in the demo, and whether that is its part.
struct StationReport: Sendable {
    /// One thing that must be true at the end.
    struct Check: Sendable {
        var claim: String
        /// Nil when it is true; else what was found instead.
        var fault: String?
    }

    var station: String
    /// What it did, in numbers, a few words.
    var did: String
    private(set) var checks: [Check] = []

    init(_ station: String, did: String) {
        self.station = station
        self.did = did
    }

    var isGood: Bool { checks.allSatisfy { $0.fault == nil } }

    mutating func check(_ claim: String, _ isTrue: Bool, otherwise fault: @autoclosure () -> String)
    {
        checks.append(Check(claim: claim, fault: isTrue ? nil : fault()))
    }

    /// The two must be the same.
    mutating func check<Value: Equatable>(_ claim: String, _ found: Value, is expected: Value) {
        check(claim, found == expected, otherwise: "expected \(expected), found \(found)")
    }

    /// The two sets must be the same; a fault names at most three members of each difference.
    mutating func check(_ claim: String, members found: Set<String>, are expected: Set<String>) {
        check(claim, found == expected, otherwise: Self.difference(found, expected))
    }

    private static func difference(_ found: Set<String>, _ expected: Set<String>) -> String {
        let parts = [
            ("missing", expected.subtracting(found)), ("too many", found.subtracting(expected)),
        ]
        return parts.filter { !$0.1.isEmpty }
            .map { "\($0.1.count) \($0.0): " + $0.1.sorted().prefix(3).joined(separator: ", ") }
            .joined(separator: "; ")
    }
}
