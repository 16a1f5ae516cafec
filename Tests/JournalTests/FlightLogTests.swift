import Core
import Glibc
import Testing

@testable import Journal

@Suite struct FlightLogTests {
    let directory = TemporaryDirectory()
    var path: String { directory.path + "/flight" }
    static let boot = "11111111-2222-3333-4444-555555555555"
    static let reply = SMTPReply(code: 250, status: EnhancedStatus(2, 0, 0), text: "queued as 4711")

    func recover() -> FlightLog.Recovery { FlightLog.recover(path: path, boot: Self.boot) }

    /// The log is still mapped here and was never synced: what another reader of the file sees is
    /// what is left of a process that was killed.
    @Test("tells how far every place had come")
    func phases() throws {
        let log = try FlightLog(path: path, places: 6, boot: Self.boot)
        #expect(recover() == .found([]))
        for place in 0..<5 { log.begin(place: place, delivery: Int64(100 + place), attempt: 2) }
        log.dotted(place: 1)
        log.dotted(place: 2)
        log.replied(place: 2, Self.reply)
        log.replied(place: 3, SMTPReply(code: 550, status: nil, text: "no"))
        log.release(place: 4)
        #expect(
            recover()
                == .found([
                    FlightEntry(place: 0, delivery: 100, attempt: 2, phase: .undotted),
                    FlightEntry(place: 1, delivery: 101, attempt: 2, phase: .dotted),
                    FlightEntry(
                        place: 2, delivery: 102, attempt: 2, phase: .replied, reply: Self.reply),
                    FlightEntry(
                        place: 3, delivery: 103, attempt: 2, phase: .replied,
                        reply: SMTPReply(code: 550, status: nil, text: "no")),
                ]))
        #expect(recover().entry(of: 101)?.phase == .dotted)
        #expect(recover().entry(of: 104) == nil)
        withExtendedLifetime(log) {}
    }

    @Test("a place used again forgets the earlier reply")
    func reuse() throws {
        let log = try FlightLog(path: path, places: 1, boot: Self.boot)
        log.begin(place: 0, delivery: 1, attempt: 1)
        log.replied(place: 0, Self.reply)
        log.release(place: 0)
        log.begin(place: 0, delivery: 1 << 40, attempt: 9)
        #expect(
            recover()
                == .found([FlightEntry(place: 0, delivery: 1 << 40, attempt: 9, phase: .undotted)]))
        withExtendedLifetime(log) {}
    }

    @Test("a long reply is cut, not lost")
    func longReply() throws {
        let log = try FlightLog(path: path, places: 2, boot: Self.boot)
        log.begin(place: 0, delivery: 1, attempt: 1)
        log.replied(
            place: 0,
            SMTPReply(
                code: 451, status: EnhancedStatus(4, 999, 1),
                text: String(repeating: "x", count: 500)))
        log.begin(place: 1, delivery: 2, attempt: 1)
        let entry = try #require(recover().entry(of: 1))
        #expect(entry.reply?.code == 451)
        #expect(entry.reply?.status == EnhancedStatus(4, 999, 1))
        #expect(entry.reply?.text == String(repeating: "x", count: 230))
        #expect(recover().entry(of: 2)?.phase == .undotted)
        withExtendedLifetime(log) {}
    }

    @Test("a log of another boot, size, version or making is gone")
    func gone() throws {
        #expect(recover() == .gone(reason: "there is none"))
        let log = try FlightLog(path: path, places: 3, boot: Self.boot)
        log.begin(place: 0, delivery: 1, attempt: 1)
        let whole = try directory.read("flight")
        #expect(whole.count == 4 * 256)
        #expect(
            FlightLog.recover(path: path, boot: "other") == .gone(reason: "it is of another boot"))
        #expect(FlightLog.recover(path: path, boot: "") == .gone(reason: "it is of another boot"))
        func expect(_ bytes: [UInt8], _ reason: String) throws {
            try directory.write(bytes, to: "flight")
            #expect(recover() == .gone(reason: reason))
        }
        try expect([], "it is too short")
        try expect(Array(whole.dropLast()), "its size is wrong")
        try expect(whole + [0], "its size is wrong")
        try expect([UInt8](repeating: 0, count: 1_024), "it was not finished")
        var later = whole
        later[8] = 2
        try expect(later, "it is of version 2")
        withExtendedLifetime(log) {}
    }

    @Test("a phase that no version writes is a doubt")
    func nonsense() throws {
        let log = try FlightLog(path: path, places: 2, boot: Self.boot)
        log.begin(place: 0, delivery: 1, attempt: 1)
        log.begin(place: 1, delivery: 2, attempt: 1)
        var bytes = try directory.read("flight")
        bytes[256 + 12] = 77
        try directory.write(bytes, to: "flight")
        #expect(recover().entry(of: 1)?.phase == .dotted)
        #expect(recover().entry(of: 2)?.phase == .undotted)
        withExtendedLifetime(log) {}
    }

    @Test("the running kernel has a boot id")
    func boot() {
        #expect(FlightLog.currentBoot.utf8.count == 36)
        #expect(FlightLog.currentBoot == FlightLog.currentBoot)
    }
}
