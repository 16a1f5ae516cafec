import Core
import Glibc
import PowerLoss
import Testing

@testable import Journal

/// What a power cut leaves of the files of this room.
@Suite struct PowerLossTests {
    private let directory = TemporaryDirectory()

    private func open() throws -> HitJournal {
        var options = HitJournal.Options(directory: directory.path)
        options.gatherMilliseconds = 0
        options.sync = .strict
        return try HitJournal(options)
    }

    private func keep(_ text: String, in journal: HitJournal) throws {
        let answers = Answers()
        try journal.append(Array(text.utf8)) { answers.add($0) }
        #expect(answers.wait(for: 1) == [.kept])
    }

    private func texts(_ journal: HitJournal) throws -> [String] {
        try journal.read(from: .start, limit: 1000).records.map {
            String(decoding: $0.payload, as: UTF8.self)
        }
    }

    @Test(
        "whatever is left of what was not synced, answered hits are all there and nothing is made up",
        arguments: 1...40 as ClosedRange<UInt64>)
    func journal(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        func text(_ name: String) -> String {
            name + String(repeating: "x", count: Int.random(in: 0...900, using: &random))
        }
        let kept = (0..<20).map { text("kept \($0)") }
        let lost = (0..<6).map { text("lost \($0)") }
        let journal = try open()
        for text in kept { try keep(text, in: journal) }
        let end = journal.end
        journal.close()

        // Records that were on their way, as far as the disk took them.
        let path = "\(directory.path)/\(Segment.name(end.segment))"
        var tail = lost.flatMap { Segment.record(Array($0.utf8)) }
        tail.removeLast(Int.random(in: 0...tail.count, using: &random))
        for start in stride(from: 0, to: tail.count, by: 512) {
            let sector = start..<min(start + 512, tail.count)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: for index in sector { tail[index] = 0 }
            case 1: for index in sector { tail[index] = .random(in: 0...255, using: &random) }
            default: break
            }
        }
        let file = try File(path, O_RDWR)
        try file.truncate(to: end.offset)
        try file.write(tail, at: end.offset)

        let again = try open()
        let found = try texts(again)
        #expect(Array(found.prefix(kept.count)) == kept)
        let rest = found.dropFirst(kept.count)
        #expect(Array(rest) == Array(lost.prefix(rest.count)))
        try keep("after", in: again)
        #expect(try texts(again) == found + ["after"])
        again.close()
    }

    @Test("flight log and journal take their room on the disk before they need it")
    func room() throws {
        func allocated(_ path: String) -> Int {
            var status = stat()
            return stat(path, &status) == 0 ? Int(status.st_blocks) * 512 : 0
        }
        let flight = directory.path + "/flight"
        let log = try FlightLog(path: flight, places: 4000, boot: "boot")
        #expect(allocated(flight) >= FlightFile.size(places: log.places))
        let journal = try open()
        try keep("one", in: journal)
        let segment = "\(directory.path)/\(Segment.name(journal.end.segment))"
        #expect(allocated(segment) >= 8 << 20)
        #expect(journal.counters.storedBytes < 1000)
        journal.close()
        unlink(flight)
    }
}
