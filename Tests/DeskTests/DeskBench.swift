import Composition
import Core
import Folder
import Glibc
import Rules
import Store
import Synchronization

@testable import Desk

/// A folder, a store and a clock of their own for one test; removed with it.
final class DeskBench {
    let home: String
    let store: Store
    let rules = RulesInForce(LoopRules())
    let clock = TestClock()
    var settings: DeskSettings
    private(set) var round: DeskRound

    static let rulesText = """
        [topic news]
        default = on
        [field first_name]
        type = text
        [segment everybody]
        where = not tagged "nobody"
        """

    static let mailing = """
        ---
        subject: Hi {{ first_name }}
        from: news@shop.example
        topic: news
        audience: everybody
        send: now
        ---
        <p>Hello {{ first_name }}</p>{% render "foot" %}
        """

    static let foot = "<a href=\"{{ links.unsubscribe }}\">out</a>"

    init(people: Int = 3) throws {
        var template = Array("/tmp/maild-desk-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure() }
        home = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        for folder in [
            "", "/Templates", "/Templates/partials", "/Templates/layouts", "/Templates/images",
            "/store",
        ] {
            mkdir(home + folder, 0o755)
        }
        store = try Store(directory: home + "/store")
        settings = DeskSettings(
            templates: home + "/Templates", previews: home + "/Previews", grants: .notJudged)
        let at = clock.now
        try store.write(.control) { access in
            for number in 0..<people {
                let email = try EmailAddress("p\(number)@example.org")
                _ = try access.addProfile(email: email, at: at)
            }
        }
        round = try Self.round(store, rules, settings, clock)
    }

    deinit {
        store.close()
        var left = [home]
        // Deepest last, removed from the end.
        var index = 0
        while index < left.count {
            for name in Self.names(in: left[index]) { left.append("\(left[index])/\(name)") }
            index += 1
        }
        for path in left.reversed() { remove(path) }
    }

    struct Failure: Error {}

    static func surroundings(_ clock: TestClock) -> DeskSurroundings {
        DeskSurroundings(
            clock: { clock.now },
            codeLetters: { message in
                "k" + String(message.reduce(UInt64(5)) { $0 &* 31 &+ UInt64($1) }, radix: 32)
            })
    }

    private static func round(
        _ store: Store, _ rules: RulesInForce, _ settings: DeskSettings, _ clock: TestClock
    ) throws -> DeskRound {
        DeskRound(
            store: store, reader: try store.reader(), rules: rules, settings: settings,
            surroundings: surroundings(clock), dryRuns: DryRuns(clock: { clock.now }))
    }

    /// A new desk over the same folder and store, as after a restart.
    func restart() throws { round = try Self.round(store, rules, settings, clock) }

    func drop(_ path: String, _ text: String) {
        write(path, Array(text.utf8))
    }

    func write(_ path: String, _ bytes: [UInt8]) {
        let full = "\(home)/Templates/\(path)"
        guard let file = fopen(full + ".tmp", "w") else { return }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
        rename(full + ".tmp", full)
    }

    func delete(_ path: String) { unlink("\(home)/Templates/\(path)") }

    func dropAll() {
        drop("loop.conf", Self.rulesText)
        drop("partials/foot.html", Self.foot)
        drop("autumn.html", Self.mailing)
    }

    /// One look, then whatever is due after `span`.
    func look(start: Bool = false, after span: TimeSpan = .zero) {
        // Files of this instant count as still being written; a look long after does not.
        round.look(named: start ? nil : changedPaths, isStart: start)
        tick()
        if span > .zero {
            clock.advance(span)
            tick()
        }
    }

    /// What is due, and the dry runs that this asks for.
    func tick() {
        _ = round.tick()
        round.dryRuns.runWanted(round.reader)
        _ = round.tick()
    }

    /// As if the watch had named every file.
    private var changedPaths: Set<String> {
        Set(TemplateFolder(root: settings.templates).scan().keys)
    }

    func preview(_ name: String) -> String? {
        guard let file = fopen("\(home)/Previews/\(name)", "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    func record(_ name: String = "autumn") throws -> MailingRecord? {
        try store.reader().mailing(named: name)
    }

    private static func names(in folder: String) -> [String] {
        guard let handle = opendir(folder) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}

/// A clock that a test sets; it starts far in the future of any file.
final class TestClock: Sendable {
    private let time = Mutex(Instant(milliseconds: 4_000_000_000_000))

    var now: Instant { time.withLock { $0 } }

    func advance(_ span: TimeSpan) { time.withLock { $0 = $0 + span } }
}
