import Glibc
import Threads

/// Reading by position: stateless, from any thread.
extension HitJournal {
    /// Some records in the order they were kept, and where to go on.
    package struct Reading: Sendable {
        package struct Record: Sendable {
            package var payload: [UInt8]
            /// The position after it.
            package var next: Position
        }

        package var records: [Record] = []
        /// Where to go on; it may have moved although there was no record.
        package var next: Position
        /// Bytes skipped because their checksum was wrong: the rest of that segment.
        package var damagedBytes: Int64 = 0
    }

    /// The records after a position, at most `limit` of them and about 1 MB.
    ///
    /// Empty at the end of the journal. A position in a segment that is gone means the oldest
    /// segment after it.
    package func read(from position: Position, limit: Int) throws(JournalError) -> Reading {
        let (end, segments) = state.withLock { ($0.end, $0.segments.keys.sorted()) }
        var batch = Reading(next: position)
        for number in segments where number >= position.segment && number <= end.segment {
            if number > batch.next.segment {
                batch.next = Position(segment: number, offset: 0)
            }
            try read(number, end: number == end.segment ? end.offset : nil, limit, into: &batch)
            if !batch.records.isEmpty { break }
        }
        return batch
    }

    /// Reads on in one segment, from `batch.next` to `end`, or to the end of the file when the
    /// segment is complete.
    private func read(
        _ number: Int64, end: Int64?, _ limit: Int, into batch: inout Reading
    ) throws(JournalError) {
        let file = try File("\(options.directory)/\(Segment.name(number))", O_RDONLY)
        let size = try file.size()
        let end = min(end ?? size, size)
        let begin = Int64(Segment.header.count)
        if batch.next.offset < begin {
            let isSegment = try file.read(at: 0, count: Segment.header.count) == Segment.header
            batch.damagedBytes += isSegment ? 0 : end
            batch.next.offset = isSegment ? begin : end
        }
        guard batch.next.offset < end else { return }
        let available = min(end - batch.next.offset, 1 << 20)
        let bytes = try file.read(at: batch.next.offset, count: Int(available))
        var rest = bytes[...]
        while batch.records.count < limit, let payload = Segment.payload(rest) {
            rest = rest.dropFirst(Segment.overhead + payload.count)
            batch.next.offset += Int64(Segment.overhead + payload.count)
            batch.records.append(.init(payload: Array(payload), next: batch.next))
        }
        // The first record of a chunk is whole unless it is damaged; what follows a damaged
        // length cannot be found again, and searching would let a payload pose as records.
        if batch.records.isEmpty && limit > 0 {
            batch.damagedBytes += end - batch.next.offset
            batch.next.offset = end
        }
    }
}
