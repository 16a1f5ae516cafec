import Bench
import Core
import Glibc
import HTTP
import JSON
import PowerLoss
import Sockets
import Store
import Testing
import Threads

/// The daemon dies without warning while people click, an import comes in and time goes by: what
/// follows from each happens once, whatever the moment.
@Suite(.serialized) struct LoopCrashTests {
    private static let people = 40
    private static let imported = 6000
    /// As long as it takes to kill a daemon some times and click in between.
    private static let untilBirthday = TimeSpan.seconds(15)

    /// Everything that can follow: an action with a call, a trigger on a threshold and one on a
    /// date, a date that comes round, a sequence that waits, and what an import sets off.
    private static let rules =
        Scenario.rules + """

            [field clicks]
            type = number
            [field last_click]
            type = date
            [field birthday]
            type = date
            [field ticks]
            type = number
            [field greetings]
            type = number
            [field prizes]
            type = number
            [field imports]
            type = number
            [segment done]
            where = clicks >= 1 and ticks >= 1 and greetings >= 1 and prizes >= 1
            [segment brought]
            where = imports >= 1
            [action count]
            do = clicks += 1
            do = last_click = now
            do = call crm
            [action tick]
            do = ticks += 1
            [action greet]
            do = greetings += 1
            [action prize]
            do = prizes += 1
            [action note-import]
            on = import
            do = imports += 1
            [trigger first]
            when = clicks reaches 1
            run = prize
            once = always
            [trigger later]
            when = last_click after 2s
            run = tick
            once = always
            [trigger birthday]
            when = birthday anniversary
            run = greet
            once = always
            [sequence follow]
            enter = click
            step = wait 1s
            step = send second
            """

    private static let mailing = Scenario.mailing.replacing(
        "<a href=\"https://example.com/x\">",
        with: "<a href=\"https://example.com/x\" data-action=\"count\">")

    private static let second = """
        ---
        subject: And now
        from: News <news@example.com>
        topic: news
        send: on trigger
        ---
        <p>Second. <a href="{{ links.unsubscribe }}">unsubscribe</a></p>
        """

    @Test(
        "kill -9 at random moments: action, call, trigger, date, sequence and import happen once",
        .enabled(if: Scenario.daemon != nil, Scenario.noDaemon), .timeLimit(.minutes(10)))
    func once() throws {
        print("MAILD_SEED=\(Torture.seed)")
        let which: Comment = "MAILD_SEED=\(Torture.seed)"
        var random = SplitMix64(seed: Torture.seed)
        let mailbox = Mailbox()
        let sink = try Sink(mailbox.options)
        defer { sink.stop() }
        let files = TemporaryDirectory("maild-loop-crash")
        try files.write("agents", "people 127.0.0.0/8\n")
        try files.write("secret", "sixteen octets and more\n")
        chmod("\(files.path)/secret", 0o600)
        let scenario = try Scenario(
            "loop-kills", relayPort: Int(sink.port), mailing: Self.mailing,
            assets: ["second.html": Array(Self.second.utf8)], rules: Self.rules
        ) {
            // Nobody answers there: the calls wait, and can be counted.
            $0.more = """

                [hits]
                agents = \(files.path)/agents
                [webhook crm]
                url = http://127.0.0.1:1/
                secret-file = \(files.path)/secret
                """
        }
        try scenario.mail(Self.people)
        try scenario.waitUntilFinished(seconds: 60)
        let birthday = try giveBirthdays(scenario)
        let bringing = importing(scenario)
        defer { bringing.join() }

        var answered: Set<String> = []
        let messages = mailbox.messages
        try #require(messages.count == Self.people)
        for message in messages {
            if click(message, scenario) { answered.insert(Self.recipient(of: message)) }
            guard Int.random(in: 0..<6, using: &random) == 0 else { continue }
            usleep(UInt32.random(in: 0..<600_000, using: &random))
            scenario.kill()
            try scenario.restart()
        }
        // While sequences wait and dates come.
        for _ in 0..<3 {
            usleep(UInt32.random(in: 0..<1_500_000, using: &random))
            scenario.kill()
            try scenario.restart()
        }
        #expect(answered.count > Self.people / 2, which)
        let isDone = eventually(within: 120) {
            size(of: "done", scenario) >= answered.count
                && size(of: "brought", scenario) == Self.imported + Self.people
                && settled(of: "second", scenario) >= answered.count
        }
        #expect(isDone, "\(which): \(scenario.log)")
        #expect(WallTime.now > birthday, which)
        // Whatever would come twice has time to.
        sleep(3)
        scenario.kill()
        try check(scenario, sink, answered, which)
    }

    /// Looks at all that is stored.
    private func check(
        _ scenario: Scenario, _ sink: Sink, _ answered: Set<String>, _ which: Comment
    ) throws {
        let store = try Store(directory: scenario.home.state)
        defer { store.close() }
        let reader = try store.reader()
        let second = try #require(try reader.mailing(named: "second")).id
        let columns = try reader.fieldColumns().values
        let calls = Dictionary(
            grouping: try reader.outgoing(after: 0, limit: 10_000), by: \.profile)
        let arrived = Dictionary(grouping: sink.envelopes.flatMap(\.recipients)) { $0 }
        for n in 1...Self.people {
            let email = "person\(n)@example.org"
            let id = try #require(try reader.profileID(email: EmailAddress(email)))
            let person = try #require(try reader.profile(id, fields: columns))
            let clicks = try reader.events(after: 0, profile: id, limit: 1000)
                .count { $0.kind == .click }
            // Of a click that was not answered nobody can say whether it was kept.
            #expect(answered.contains(email) ? clicks == 1 : clicks <= 1, which)
            let once = clicks == 1 ? FieldValue.number(1) : .missing
            for field in ["clicks", "ticks", "prizes"] {
                #expect(person.fields[field] == once, "\(which): \(field) of \(email)")
            }
            #expect(person.fields["greetings"] == .number(1), "\(which): \(email)")
            #expect(calls[id]?.count ?? 0 == clicks, "\(which): calls about \(email)")
            let follow = try reader.deliveries(profile: id).filter { $0.mailing == second }
            #expect(follow.count == clicks, "\(which): \(email)")
            // The mailing itself, and what followed unless that is in doubt.
            let sure = follow.count { $0.state == .sent }
            let copies = arrived[email]?.count ?? 0
            #expect(1 + sure <= copies && copies <= 1 + follow.count, "\(which): \(email)")
            #expect(
                try reader.place(of: id, in: "follow")?.state == (clicks == 1 ? .finished : nil))
        }
        for n in stride(from: 1, through: Self.imported, by: 7) {
            let email = try EmailAddress("brought\(n)@example.org")
            let id = try #require(try reader.profileID(email: email))
            let person = try #require(try reader.profile(id, fields: columns))
            #expect(person.fields["imports"] == .number(1), "\(which): \(email.text)")
        }
    }

    /// All have their birthday in some seconds. Returns when.
    private func giveBirthdays(_ scenario: Scenario) throws -> Instant {
        let day = WallTime.now + Self.untilBirthday
        let born = "2000" + day.rfc3339.dropFirst(4)
        let rows = (1...Self.people).map { "person\($0)@example.org,\(born)\n" }.joined()
        let csv = Array(("email,birthday\n" + rows).utf8)
        let answer = scenario.control.ask("/v1/import?mode=update", by: .post, body: csv)
        #expect(answer?["updated"]?.integer == Int64(Self.people), "\(answer as Any)")
        try #require(WallTime.now < day, "the import took longer than until the birthday")
        return day
    }

    /// Brings people in, again and again until the daemon lives long enough to say that all are.
    private func importing(_ scenario: Scenario) -> WorkThread {
        let rows = (1...Self.imported).map { "brought\($0)@example.org,Brought\n" }.joined()
        let csv = Array(("email,first_name\n" + rows).utf8)
        let socket = scenario.home.controlSocket
        return WorkThread("importing") {
            let control = DaemonControl(socket: socket)
            _ = eventually(within: 200) {
                control.ask("/v1/import?mode=add", by: .post, body: csv) != nil
            }
        }
    }

    /// Follows the link in the HTML of a mail, which the action is bound to; false when nobody
    /// answered.
    private func click(_ message: String, _ scenario: Scenario) -> Bool {
        let port = scenario.home.sitePort
        guard let html = message.firstRange(of: "text/html"),
            let path = DiskFullTests.path(
                "/c/", in: String(message[html.upperBound...]), port: port)
        else { return false }
        let site = HTTPClient(.tcp(host: "127.0.0.1", port: UInt16(port)), milliseconds: 20_000)
        let headers: HeaderFields = [
            "host": "127.0.0.1:\(port)", "user-agent": "Mozilla/5.0 (X11) Firefox/140.0",
            "accept-language": "de",
        ]
        return (try? site.send(.get, path, headers: headers))?.status.code == 302
    }

    private func size(of segment: String, _ scenario: Scenario) -> Int {
        scenario.control.look("/v1/segments/\(segment)")?["count"]?.integer.map { Int($0) } ?? 0
    }

    /// Sent, or in doubt after a kill between the dot and its reply.
    private func settled(of mailing: String, _ scenario: Scenario) -> Int {
        let counts = scenario.control.deliveries(of: mailing) ?? [:]
        return counts["sent", default: 0] + counts["in doubt", default: 0]
    }

    private static func recipient(of message: String) -> String {
        String(message.split(separator: "Delivered-To: ")[1].prefix { !$0.isNewline })
    }
}

private enum WallTime {
    static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
