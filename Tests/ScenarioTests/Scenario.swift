import Bench
import Glibc
import HTTP
import JSON
import Testing

/// A real daemon in a home of its own, with one small mailing in its folder, and the relay it
/// sends to.
final class Scenario {
    static let daemon = DaemonHome.findDaemon()
    static let noDaemon: Comment = "the program maild is not beside the tests: build it first"

    let home: DaemonHome
    let control: DaemonControl
    private(set) var process: ChildProcess

    /// `grants`: lines for the section of that name. `assets`: files of the folder. `rules`: its
    /// loop.conf.
    init(
        _ name: String, relayPort: Int, sessions: Int = 4, grants: String = "",
        mailing: String = Scenario.mailing, assets: [String: [UInt8]] = [:],
        rules: String = Scenario.rules, _ change: (inout DaemonHome.Settings) -> Void = { _ in }
    ) throws {
        var settings = DaemonHome.Settings(relayPort: relayPort)
        settings.releaseLimit = 1_000_000
        settings.sessions = sessions
        settings.more = grants
        change(&settings)
        home = try DaemonHome("maild-\(name)", settings: settings)
        try home.directory.write("Templates/loop.conf", rules)
        for (path, bytes) in assets {
            let folder = path.split(separator: "/").dropLast().joined(separator: "/")
            home.directory.makeDirectory("Templates/\(folder)")
            try TemporaryDirectory.write("\(home.templates)/\(path)", bytes)
        }
        try home.directory.write("Templates/hello.html", mailing)
        process = try home.start(Self.daemon!)
        control = DaemonControl(socket: home.controlSocket)
        try waitUntilUp()
    }

    deinit {
        process.signal(SIGKILL)
        _ = process.wait(seconds: 10)
    }

    static let rules = """
        [topic news]
        label = News
        default = on
        [field first_name]
        type = text
        [segment everybody]
        where = email is not blank
        """

    static let mailing = """
        ---
        subject: Hello {{ first_name | default: "you" }}
        from: News <news@example.com>
        topic: news
        audience: everybody
        ---
        <p>Hello {{ first_name | default: "you" }}, <a href="https://example.com/x">look</a>.</p>
        <p><a href="{{ links.unsubscribe }}">unsubscribe</a></p>
        """

    func waitUntilUp() throws {
        let isUp = eventually(within: 60) { control.isUp || !process.isRunning }
        try #require(isUp && process.isRunning, "the daemon does not come up: \(log)")
    }

    /// Imports `person1@example.org` … and releases the mailing to them.
    func mail(_ count: Int) throws {
        try add(count)
        try release()
    }

    /// Imports `person1@example.org` … and waits for the mailing to be known.
    func add(_ count: Int) throws {
        let rows = (1...count).map { "person\($0)@example.org,Person \($0)\n" }.joined()
        let csv = "email,first_name\n" + rows
        let answer = control.ask("/v1/import?mode=add", by: .post, body: Array(csv.utf8))
        #expect(answer?["inserted"]?.integer == Int64(count))
        let isKnown = eventually(within: 30) { control.look("/v1/mailings/hello") != nil }
        try #require(isKnown, "the mailing was not taken on: \(log)")
    }

    /// Releases the mailing as soon as the folder was read.
    func release() throws {
        let released = eventually(within: 30) {
            control.ask("/v1/mailings/hello/release", by: .post) != nil
        }
        try #require(released, "the mailing cannot be released: \(log)")
    }

    /// Waits until every delivery of the mailing is final.
    func waitUntilFinished(seconds: Int64) throws {
        let finished = eventually(within: seconds) { state == "finished" }
        try #require(finished, "not finished: \(counts), \(log)")
    }

    var state: String? { control.look("/v1/mailings/hello")?["state"]?.string }

    var counts: [String: Int] { control.deliveries(of: "hello") ?? [:] }

    /// Whether so many wait to be sent or sent again, and nothing else has become of anybody.
    func isWaiting(_ count: Int) -> Bool {
        let counts = counts
        return counts.values.reduce(0, +) == count
            && Set(counts.keys).isSubset(of: ["queued", "sending", "deferred"])
    }

    func kill() {
        process.signal(SIGKILL)
        _ = process.wait(seconds: 30)
    }

    /// Starts the daemon again without waiting for it.
    func start() throws { process = try home.start(Self.daemon!) }

    func restart() throws {
        try start()
        try waitUntilUp()
    }

    /// The end of the daemon's log, for a failure's message.
    var log: String {
        guard let file = fopen(home.logPath, "r") else { return "no log" }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count].suffix(3000), as: UTF8.self)
    }
}
