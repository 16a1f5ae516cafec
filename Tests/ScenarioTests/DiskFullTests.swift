import Bench
import Glibc
import HTTP
import JSON
import Sockets
import Testing

/// The state directory's disk fills up under a running daemon.
@Suite(.serialized) struct DiskFullTests {
    static let noDisk: Comment = "a small file system can only be mounted by root"

    private static let rules =
        Scenario.rules + """

            [field clicks]
            type = number
            [action count]
            do = clicks += 1
            """

    private static let mailing = Scenario.mailing.replacing(
        "<a href=\"https://example.com/x\">",
        with: "<a href=\"https://example.com/x\" data-action=\"count\">")

    @Test(
        "on a full disk no dot leaves, clicks are answered and kept, and all goes on by itself",
        .enabled(if: Scenario.daemon != nil, Scenario.noDaemon),
        .enabled(if: SmallDisk.isPossible, noDisk), .timeLimit(.minutes(5)))
    func full() throws {
        let people = 1500
        let mailbox = Mailbox()
        var options = mailbox.options
        options.latency = 5
        let sink = try Sink(options)
        defer { sink.stop() }
        let disk = try SmallDisk("maild-small", bytes: 64 << 20)
        let scenario = try Scenario(
            "full", relayPort: Int(sink.port), mailing: Self.mailing, rules: Self.rules
        ) { $0.stateDirectory = disk.directory.path + "/state" }
        try scenario.mail(people)
        #expect(sink.waitForMessages(100, milliseconds: 60_000))
        let site = HTTPClient(
            .tcp(host: "127.0.0.1", port: UInt16(scenario.home.sitePort)), milliseconds: 20_000)
        let host: HeaderFields = ["host": "127.0.0.1:\(scenario.home.sitePort)"]
        let paths = mailbox.messages.prefix(50).compactMap {
            Self.path("/c/", in: $0, port: scenario.home.sitePort)
        }
        try #require(paths.count == 50)
        // The journal takes its room with the first hit.
        _ = try site.send(.get, paths[0], headers: host)
        disk.fill()
        let isTold = eventually(within: 60) { scenario.log.contains("the disk is full") }
        try #require(isTold, "\(scenario.log)")
        let before = sink.envelopes.count
        try #require(before < people - 200, "the mailing was through before the disk was full")

        // People click all the while.
        for path in paths.dropFirst() {
            let answer = try site.send(.get, path, headers: host)
            #expect(answer.headers["location"] == "https://example.com/x")
        }
        #expect(scenario.control.isUp)
        let journal = scenario.control.look("/v1/status")?["figures"]?["journal"]
        #expect(journal?["failed"] == 0 && journal?["dropped"] == 0, "\(journal as Any)")
        // What was on its way when the disk filled up may still arrive: a place each, no more.
        #expect(sink.envelopes.count - before <= 4 * 16)
        #expect(scenario.process.isRunning)

        disk.empty()
        try scenario.waitUntilFinished(seconds: 120)
        #expect(scenario.counts == ["sent": people])
        let arrived = sink.envelopes.flatMap(\.recipients)
        #expect(arrived.count == people && Set(arrived).count == people)
        let isApplied = eventually(within: 30) {
            let loop = scenario.control.look("/v1/status")?["figures"]?["loop"]
            let judged = ["human", "machine", "proxy"].compactMap { loop?[$0]?.integer }
            return judged.reduce(0, +) == Int64(paths.count)
        }
        #expect(isApplied, "\(scenario.log)")
    }

    /// The path of the first link of ours behind a marker.
    static func path(_ marker: String, in message: String, port: Int) -> String? {
        let text = message.replacing("=\r\n", with: "").replacing("=3D", with: "=")
        let base = "http://127.0.0.1:\(port)"
        guard let start = text.firstRange(of: base + marker) else { return nil }
        let rest = text[start.lowerBound...].dropFirst(base.utf8.count)
        return String(rest.prefix { !"\"<> \r\n)".contains($0) })
    }
}
