import Glibc
import Testing
import Threads

@testable import Journal

@Suite struct HitJournalTests {
    let directory = TemporaryDirectory()

    func options(_ change: (inout HitJournal.Options) -> Void = { _ in }) -> HitJournal.Options {
        var options = HitJournal.Options(directory: directory.path)
        options.gatherMilliseconds = 0
        change(&options)
        return options
    }

    /// Appends and waits for the answer, as one client would.
    func keep(_ text: String, in journal: HitJournal) throws -> HitJournal.Fate {
        let answers = Answers()
        try journal.append(Array(text.utf8)) { answers.add($0) }
        return answers.wait(for: 1)[0]
    }

    func texts(_ reading: HitJournal.Reading) -> [String] {
        reading.records.map { String(decoding: $0.payload, as: UTF8.self) }
    }

    @Test("what was answered is read in order, and again after reopening")
    func roundTrip() throws {
        let journal = try HitJournal(options())
        for text in ["one", "two", "three"] { #expect(try keep(text, in: journal) == .kept) }
        let first = try journal.read(from: .start, limit: 2)
        #expect(texts(first) == ["one", "two"])
        let second = try journal.read(from: first.next, limit: 10)
        #expect(texts(second) == ["three"])
        #expect(second.next == journal.end)
        #expect(try texts(journal.read(from: second.next, limit: 10)) == [])
        journal.close()

        let again = try HitJournal(options(), consumed: first.next)
        #expect(try keep("four", in: again) == .kept)
        #expect(try texts(again.read(from: first.next, limit: 10)) == ["three", "four"])
        #expect(try texts(again.read(from: first.records[0].next, limit: 1)) == ["two"])
        again.close()
    }

    @Test(
        "every way of syncing keeps everything that several threads append at once",
        arguments: [HitJournal.Sync.data, .strict, .write])
    func threads(_ sync: HitJournal.Sync) throws {
        let journal = try HitJournal(
            options {
                $0.sync = sync; $0.segmentBytes = 2_000
            })
        let answers = Answers()
        let threads = (0..<4).map { number in
            WorkThread("waits") {
                for index in 0..<250 {
                    do {
                        try journal.append(Array("\(number)/\(index)".utf8)) { answers.add($0) }
                    } catch {}
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(answers.wait(for: 1_000).allSatisfy { $0 == .kept })
        var position = Position.start
        var seen: [String] = []
        while position < journal.end {
            let reading = try journal.read(from: position, limit: 100)
            #expect(reading.damagedBytes == 0)
            seen += texts(reading)
            position = reading.next
        }
        #expect(Set(seen).count == 1_000)
        #expect(seen.count == 1_000)
        for number in 0..<4 {
            let mine = seen.filter { $0.hasPrefix("\(number)/") }
            #expect(mine == (0..<250).map { "\(number)/\($0)" })
        }
        #expect(journal.counters.kept == 1_000)
        journal.close()
    }

    @Test("a batch is kept whole and in order, or dropped whole")
    func batches() throws {
        let journal = try HitJournal(options { $0.capacityBytes = 100 })
        var batch = HitBatch()
        for text in ["one", "two", "three"] { try batch.add(Array(text.utf8)) }
        let answers = Answers()
        journal.append(batch) { answers.add($0) }
        journal.append(batch) { answers.add($0) }
        journal.append(batch) { answers.add($0) }
        #expect(answers.wait(for: 3) == [.kept, .kept, .dropped])
        #expect(
            try texts(journal.read(from: .start, limit: 10))
                == ["one", "two", "three", "one", "two", "three"])
        #expect(journal.counters.kept == 6)
        #expect(journal.counters.dropped == 3)
        journal.close()
    }

    @Test("what is answered before the disk has it can be read at once")
    func readable() throws {
        // The disk is not asked within this test.
        let journal = try HitJournal(options { $0.gatherMilliseconds = 60 })
        #expect(try keep("one", in: journal) == .kept)
        #expect(try texts(journal.read(from: .start, limit: 10)) == ["one"])
        journal.close()
    }

    @Test("a strict journal whose disk refuses a new segment tells so, and recovers")
    func strictRefused() throws {
        let journal = try HitJournal(options { $0.sync = .strict })
        let moved = directory.path + ".away"
        #expect(rename(directory.path, moved) == 0)
        #expect(try keep("lost", in: journal) == .failed)
        #expect(rename(moved, directory.path) == 0)
        #expect(try keep("kept", in: journal) == .kept)
        #expect(try texts(journal.read(from: .start, limit: 10)) == ["kept"])
        journal.close()
    }

    @Test("a journal cut at any byte opens, keeps the whole records and goes on")
    func torn() throws {
        let journal = try HitJournal(options())
        for text in ["first", "second", "third"] { #expect(try keep(text, in: journal) == .kept) }
        journal.close()
        let name = try #require(directory.names.first)
        let whole = try directory.read(name)
        let ends = [16 + 13, 16 + 13 + 14, 16 + 13 + 14 + 13]
        #expect(whole.count == ends[2])
        for end in 0...whole.count {
            try directory.write(Array(whole[..<end]), to: name)
            let kept = ends.filter { $0 <= end }.count
            let reopened = try HitJournal(options())
            let torn = end < 16 ? 0 : end - (kept == 0 ? 16 : ends[kept - 1])
            #expect(reopened.counters.tornBytes == Int64(torn), "cut at \(end)")
            #expect(try keep("new", in: reopened) == .kept)
            let expected = Array(["first", "second", "third"].prefix(kept)) + ["new"]
            var position = Position.start
            var seen: [String] = []
            while position < reopened.end {
                let reading = try reopened.read(from: position, limit: 10)
                seen += texts(reading)
                position = reading.next
            }
            #expect(seen == expected, "cut at \(end)")
            reopened.close()
            for extra in directory.names where extra != name {
                unlink("\(directory.path)/\(extra)")
            }
        }
    }

    @Test("a damaged record costs the rest of its segment, is counted, and the next is read")
    func damaged() throws {
        let journal = try HitJournal(options { $0.segmentBytes = 40 })
        for text in ["one", "two", "three", "four"] {
            #expect(try keep(text, in: journal) == .kept)
        }
        journal.close()
        let name = try #require(directory.names.first)
        var bytes = try directory.read(name)
        bytes[16 + 8] ^= 1
        try directory.write(bytes, to: name)
        let again = try HitJournal(options { $0.segmentBytes = 40 })
        let reading = try again.read(from: .start, limit: 10)
        #expect(reading.damagedBytes == Int64(bytes.count - 16))
        #expect(texts(reading).first.map { $0 != "one" } == true)
        again.close()
    }

    @Test("passed segments are removed, the newest never")
    func discard() throws {
        let journal = try HitJournal(options { $0.segmentBytes = 17 })
        for text in ["one", "two", "three"] { #expect(try keep(text, in: journal) == .kept) }
        #expect(directory.names.count == 3)
        try journal.discard(before: Position(segment: 2, offset: 20))
        #expect(directory.names == [Segment.name(2), Segment.name(3)])
        #expect(try texts(journal.read(from: .start, limit: 1)) == ["two"])
        try journal.discard(before: Position(segment: 99, offset: 0))
        #expect(directory.names == [Segment.name(3)])
        journal.close()
    }

    @Test("a full journal drops, counts, and takes again once room was made")
    func full() throws {
        let journal = try HitJournal(
            options {
                $0.segmentBytes = 17; $0.capacityBytes = 100
            })
        var fates: [HitJournal.Fate] = []
        for _ in 0..<6 { fates.append(try keep("12345678", in: journal)) }
        #expect(fates.contains(.kept))
        #expect(fates.last == .dropped)
        #expect(journal.counters.dropped > 0)
        #expect(journal.counters.storedBytes <= 100)
        try journal.discard(before: journal.end)
        #expect(try keep("again", in: journal) == .kept)
        journal.close()
    }

    @Test("new records come after the store's position even when the journal was lost")
    func lost() throws {
        let consumed = Position(segment: 9, offset: 4_000)
        let journal = try HitJournal(options(), consumed: consumed)
        #expect(try keep("fresh", in: journal) == .kept)
        #expect(try texts(journal.read(from: consumed, limit: 10)) == ["fresh"])
        journal.close()
        // The same where the segment exists but is shorter than the store remembers.
        let number = try #require(Segment.number(directory.names[0]))
        let later = Position(segment: number, offset: 4_000)
        let again = try HitJournal(options(), consumed: later)
        #expect(try keep("fresher", in: again) == .kept)
        #expect(try texts(again.read(from: later, limit: 10)) == ["fresher"])
        again.close()
    }

    @Test("a foreign file under a segment's name is left alone and passed over")
    func foreign() throws {
        try directory.write(Array("this is something else".utf8), to: Segment.name(3))
        let journal = try HitJournal(options())
        #expect(try keep("mine", in: journal) == .kept)
        let reading = try journal.read(from: .start, limit: 10)
        #expect(texts(reading) == ["mine"])
        #expect(reading.damagedBytes == 22)
        #expect(directory.names == [Segment.name(3), Segment.name(4)])
        journal.close()
    }

    @Test("a disk that refuses is told to those who wait, and the journal recovers")
    func refused() throws {
        let journal = try HitJournal(options())
        let moved = directory.path + ".away"
        #expect(rename(directory.path, moved) == 0)
        #expect(try keep("lost", in: journal) == .failed)
        #expect(journal.counters.failed == 1)
        #expect(journal.lastFailure != nil)
        #expect(rename(moved, directory.path) == 0)
        #expect(try keep("kept", in: journal) == .kept)
        #expect(try texts(journal.read(from: .start, limit: 10)) == ["kept"])
        journal.close()
    }

    @Test("payloads of no or too many bytes are refused")
    func bounds() throws {
        let journal = try HitJournal(options())
        #expect(throws: JournalError.tooLong(bytes: 0)) { try journal.append([]) { _ in } }
        let long = [UInt8](repeating: 1, count: HitJournal.maximumRecord + 1)
        #expect(throws: JournalError.tooLong(bytes: long.count)) {
            try journal.append(long) { _ in }
        }
        #expect(
            try keep(String(repeating: "x", count: HitJournal.maximumRecord), in: journal) == .kept)
        journal.close()
        #expect(try keep("late", in: journal) == .dropped)
    }

    @Test("a reader waits for a record, and closing wakes it")
    func waiting() throws {
        let journal = try HitJournal(options())
        #expect(!journal.wait(after: journal.end, milliseconds: 1))
        let end = journal.end
        let reader = WorkThread("waits") { _ = journal.wait(after: end, milliseconds: 60_000) }
        #expect(try keep("wake", in: journal) == .kept)
        reader.join()
        let last = journal.end
        let second = WorkThread("waits") { _ = journal.wait(after: last, milliseconds: 60_000) }
        journal.close()
        second.join()
    }
}

/// Collects what became of appends, from the journal's thread.
final class Answers: Sendable {
    private let fates = Monitor<[HitJournal.Fate]>([])

    func add(_ fate: HitJournal.Fate) { fates.update { $0.append(fate) } }

    /// At least `count` fates; fewer only when they do not come within a minute.
    func wait(for count: Int) -> [HitJournal.Fate] {
        fates.wait(until: .after(milliseconds: 60_000)) { $0.count >= count ? $0 : nil }
            ?? fates.withLock { $0 }
    }
}
