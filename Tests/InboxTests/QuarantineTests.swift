import Glibc
import Testing

@testable import Inbox

@Suite struct QuarantineTests {
    @Test("the same message lies there once, with its reason")
    func once() throws {
        let home = try InboxHome()
        let quarantine = try Quarantine(home.quarantine)
        try quarantine.keep([1, 2, 3], fingerprint: "abc", reason: "odd")
        try quarantine.keep([1, 2, 3], fingerprint: "abc", reason: "odd")
        #expect(try quarantine.entries().map(\.name) == ["abc.eml"])
        #expect(try quarantine.entries().map(\.reason) == ["odd"])
        #expect(InboxHome.names(home.quarantine) == ["abc.eml", "abc.eml.reason"])
    }

    @Test("number and bytes are bounded: the oldest go")
    func bounded() throws {
        let home = try InboxHome()
        let quarantine = try Quarantine(home.quarantine, maximumFiles: 3, maximumBytes: 1_000)
        for index in 0..<10 {
            try quarantine.keep([0], fingerprint: "few\(index)", reason: "x")
        }
        #expect(try quarantine.entries().count == 3)
        try quarantine.keep(
            [UInt8](repeating: 0, count: 999), fingerprint: "large", reason: "x")
        #expect(try quarantine.entries().reduce(0) { $0 + $1.bytes } <= 1_000)
        #expect(try quarantine.entries().contains { $0.name == "large.eml" })
        #expect(InboxHome.names(home.quarantine).count == 2 * (try quarantine.entries().count))
    }
}
