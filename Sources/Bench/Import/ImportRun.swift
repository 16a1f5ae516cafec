internal import Control
internal import Core
internal import Diagnostics
internal import Glibc
internal import JSON
internal import Rules
internal import Store
internal import Threads

/// A file of people, and a store of its own into which the daemon's importer brings them.
final class ImportRun {
    struct Figures {
        var json: JSON
        /// Profiles that are there.
        var people: Int
    }

    private let directory = TemporaryDirectory("maild-import")
    private let store: Store
    private let rules: LoopRules
    private let path: String
    private let count: Int

    /// Makes the file, at `file` when it is named; the clock of the figures does not run yet.
    init(count: Int, file: String?) throws {
        self.count = count
        path = file ?? directory.path + "/people.csv"
        store = try Store(directory: directory.path)
        let rules = RulesReader([SourceText(path: "loop.conf", text: Self.conf)]).rules
        self.rules = rules
        let now = Self.now
        try store.write(.control) { try $0.activate(rules, files: [:], at: now) }
        try Self.write(count, to: path)
    }

    deinit { store.close() }

    private static var now: Instant { Instant(milliseconds: Terminal.clockMilliseconds) }

    /// From the first octet read to the last row durable.
    func importFile() throws -> Figures {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Options.Invalid(description: "cannot read \(path)") }
        defer { close(file) }
        let reader = try store.reader()
        _ = store.takeLongestTransaction()
        let start = MonotonicTime.now()
        let cpu = Terminal.processorSeconds
        var importer = Importer(
            Importer.Surroundings(
                store: store, reader: reader, rules: rules, now: Self.now, asciiDomain: { $0 }),
            ImportOptions())
        while true {
            let piece = [UInt8](unsafeUninitializedCapacity: 1 << 18) { buffer, count in
                count = max(0, read(file, buffer.baseAddress, 1 << 18))
            }
            if piece.isEmpty { break }
            try importer.append(piece)
        }
        let result = try importer.finish()
        let seconds = Double(MonotonicTime.now().nanoseconds - start.nanoseconds) / 1e9
        let used = Terminal.processorSeconds - cpu
        let longest = store.takeLongestTransaction()
        return Figures(
            json: [
                "rows": .integer(Int64(result.rows)),
                "rate": .number((Double(result.rows) / seconds).rounded()),
                "seconds": .number(seconds), "cpu_seconds": .number(used),
                "rss_mb": .number(Terminal.residentMegabytes),
                "longest_transaction_ms": .integer(longest.milliseconds),
            ], people: Int(try reader.profileCounts().values.reduce(0, +)))
    }

    /// Adds a field to everybody, as `maildctl field add` does. Returns how long it took until it
    /// was durable.
    func addField() throws -> TimeSpan {
        let start = MonotonicTime.now()
        let now = Self.now
        try store.write(.control) { access in
            try access.add(
                field: FieldColumn(name: "added", type: .number),
                section: "[field added]\ntype = number\n", at: now)
        }
        return .milliseconds(MonotonicTime.now().milliseconds(since: start))
    }

    private static let conf = """
        [field first_name]
        type = text
        [field last_name]
        type = text
        [field country]
        type = choice
        values = DE, AT, CH, FR, IT
        [field age]
        type = number
        [field vip]
        type = flag
        [field since]
        type = date
        [field interests.travel]
        type = score
        half-life = 90d
        """

    private static let firstNames = [
        "anna", "bert", "carla", "dora", "emil", "frida", "georg", "hanna", "igor", "jana",
        "klaus", "lena", "max", "nina", "otto", "paula", "quirin", "rosa", "stefan", "tina",
    ]
    private static let lastNames = [
        "Huber", "Maier", "Müller", "Schmidt", "Weber", "Wagner", "Becker", "Schulz", "Hoffmann",
        "Koch", "Bauer", "Richter", "Klein", "Wolf", "Schröder", "Neumann", "Braun", "Zimmermann",
    ]
    private static let domains = [
        "gmail.com", "gmail.com", "gmail.com", "gmx.de", "web.de", "outlook.com", "yahoo.com",
        "t-online.de", "icloud.com", "example.org",
    ]

    /// People in no order, as customers are: a name, a number that makes the address the only one,
    /// and fields of all types, some blank.
    private static func write(_ count: Int, to path: String) throws {
        guard let file = fopen(path, "w") else {
            throw Options.Invalid(description: "cannot write \(path)")
        }
        defer { fclose(file) }
        var random = SplitMix64(seed: 5)
        var text = "email,first_name,last_name,country,age,vip,since,interests.travel\n"
        for number in 0..<count {
            let bits = random.next()
            func pick<Value>(_ values: [Value], _ shift: UInt64) -> Value {
                values[Int((bits >> shift) & 0xFFFF) % values.count]
            }
            let (first, last) = (pick(firstNames, 0), pick(lastNames, 16))
            let age = (bits >> 8) % 5 == 0 ? "" : "\(18 + bits % 70)"
            let day = "\(2010 + bits % 16)-\(padded(1 + bits % 12))-\(padded(1 + bits % 28))"
            text += "\(first).\(number)@\(pick(domains, 32)),\(first),\(last),"
            text += "\(pick(["DE", "AT", "CH", "FR", "IT"], 40)),\(age),"
            text += "\(bits % 3 == 0 ? "yes" : "no"),\(day),\(bits % 9)\n"
            if text.utf8.count > 1 << 16 || number == count - 1 {
                text.withUTF8 { _ = fwrite($0.baseAddress, 1, $0.count, file) }
                text = ""
            }
        }
    }

    private static func padded(_ n: UInt64) -> String { n < 10 ? "0\(n)" : "\(n)" }
}
