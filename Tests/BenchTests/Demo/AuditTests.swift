import Testing

@testable import Bench

@Suite struct AuditTests {
    private static func failing(_ evidence: Evidence) -> [String] {
        Audit.reports(on: evidence).filter { !$0.isGood }.map(\.station)
    }

    @Test("a demo in which everything went right has no fault")
    func good() throws {
        let reports = Audit.reports(on: try PerfectEvidence.made.get())
        let faults = reports.flatMap(\.checks).compactMap(\.fault)
        #expect(faults == [])
        #expect(reports.count == 11)
    }

    /// Something that goes wrong, and the stations that have to answer for it.
    struct Mishap: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var stations: [String]
        var happen: @Sendable (inout Evidence) throws -> Void

        init(
            _ description: String, _ stations: [String],
            _ happen: @escaping @Sendable (inout Evidence) throws -> Void
        ) {
            testDescription = description
            self.stations = stations
            self.happen = happen
        }
    }

    private static func somebody(_ persona: Persona) -> Person {
        PerfectEvidence.people.first { $0.persona == persona }!
    }

    static let mishaps = [
        Mishap("a row is lost", ["Profiles"]) { $0.imported.added -= 1 },
        Mishap("a bad row is not named", ["Profiles"]) { $0.imported.refusedLines.removeLast() },
        Mishap("a large mailing starts by itself", ["Desk"]) { $0.folder.waitedForRelease = false },
        Mishap("an error does not say where", ["Desk"]) { $0.folder.error = "broken" },
        Mishap("a letter arrives twice", ["Message", "Links", "Sending"]) {
            try $0.add(Evidence.first, to: somebody(.silent))
        },
        Mishap("a letter never arrives", ["Sending"]) {
            $0.mail[Evidence.first]?[somebody(.silent).email] = nil
        },
        Mishap("the ledger counts one too many", ["Sending"]) {
            $0.ledger[Evidence.second]?["sent"]? += 1
        },
        Mishap("a delivery stays in doubt", ["Sending"]) {
            $0.ledger[Evidence.second]?["in doubt"] = 1
        },
        Mishap("a scanner gets the offer", ["Sending", "Loop"]) {
            try $0.add(Evidence.offer, to: somebody(.scanner))
        },
        Mishap("a click is counted twice", ["Loop"]) {
            $0.profiles[somebody(.curious).email]?.travelClicks = 2
        },
        Mishap("a reader gets the wrong hero", ["Message", "Links", "Segments"]) {
            let other = $0.mail[Evidence.second]?[somebody(.silent).email]
            $0.mail[Evidence.second]?[somebody(.driver).email] = other
        },
        Mishap("somebody who left gets the next one", ["Sending", "Segments"]) {
            try $0.add(Evidence.second, to: somebody(.leaver))
        },
        Mishap("a dead address stays active", ["Inbox"]) {
            $0.profiles[somebody(.departed).email]?.status = "active"
        },
        Mishap("a forged token is taken", ["Site"]) { $0.answers.statuses[.forged] = [302: 1] },
        Mishap("a click leads elsewhere", ["Site"]) {
            $0.answers.targets.insert("https://evil.example/")
        },
        Mishap("the control socket fails once", ["Control"]) { $0.controlAnswers.bad = 1 },
    ]

    @Test("whatever goes wrong, the station is named", arguments: mishaps)
    func faults(mishap: Mishap) throws {
        var evidence = try PerfectEvidence.made.get()
        try mishap.happen(&evidence)
        #expect(Self.failing(evidence).first == mishap.stations.first)
        #expect(Set(Self.failing(evidence)).isSubset(of: mishap.stations + ["Message", "Links"]))
    }
}
