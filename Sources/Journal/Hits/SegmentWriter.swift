import Glibc

/// Appends batches to the newest segment and begins a new one when it is full.
///
/// A segment takes its room on the disk when it begins: while the disk is full, hits are still kept
/// up to its end.
///
/// One owner at a time. After a failed write or sync nothing is known about the pages written
/// last, so the segment is cut back to its last good end and never written again.
final class SegmentWriter {
    let directory: String
    let segmentBytes: Int64
    private(set) var number: Int64
    /// Bytes of the newest segment that hold whole records.
    private(set) var end: Int64 = 0
    private var file: File?
    /// What the disk may not have yet, in the order of writing.
    private var unsynced = Unsynced()
    /// What opening cut off: the part of a record that was being written at a crash.
    private(set) var tornBytes: Int64 = 0

    /// Opens the newest segment after its last whole record.
    ///
    /// Where nothing can be appended so that a reader that has reached `consumed` will see it
    /// (no segment, a foreign file, a journal older than the store), a new segment begins with
    /// the first batch.
    init(directory: String, segmentBytes: Int64, segments: [Int64], consumed: Position)
        throws(JournalError)
    {
        self.directory = directory
        self.segmentBytes = segmentBytes
        number = max(segments.last ?? 0, consumed.segment)
        guard let last = segments.last, last == number else { return }
        let newest = try File("\(directory)/\(Segment.name(last))", O_RDWR)
        let size = try newest.size()
        guard let whole = try Self.wholeRecords(of: newest, size: size),
            consumed <= Position(segment: last, offset: whole)
        else { return }
        tornBytes = size - whole
        if tornBytes > 0 {
            try newest.truncate(to: whole)
            try newest.synchronize()
        }
        end = whole
        file = newest
        newest.reserve(segmentBytes - end, at: end)
    }

    /// Where the whole records of a segment end, or nil when it has no header.
    private static func wholeRecords(
        of file: File, size: Int64
    ) throws(JournalError) -> Int64? {
        let chunk = HitJournal.maximumRecord * 16
        var offset = Int64(Segment.header.count)
        guard try file.read(at: 0, count: Segment.header.count) == Segment.header else {
            return nil
        }
        while offset < size {
            let bytes = try file.read(at: offset, count: chunk)
            var rest = bytes[...]
            while let payload = Segment.payload(rest) {
                rest = rest.dropFirst(Segment.overhead + payload.count)
            }
            if rest.count == bytes.count { break }
            offset += Int64(bytes.count - rest.count)
        }
        return offset
    }

    /// Files, and perhaps their directory, whose last changes only the kernel has.
    struct Unsynced {
        var files: [File] = []
        /// The directory when a name in it is new.
        var directory: String?

        /// Waits for the disk; names first, so that nothing durable has no name.
        func synchronize() throws(JournalError) {
            if let directory { try File.synchronize(directory: directory) }
            for file in files { try file.synchronize() }
        }
    }

    /// Hands over what is to be synchronized now; what is written later counts anew.
    func takeUnsynced() -> Unsynced {
        defer { unsynced = Unsynced() }
        return unsynced
    }

    var position: Position { Position(segment: number, offset: end) }

    /// Whether the next batch begins a new segment.
    var isFull: Bool { file == nil || end >= segmentBytes }

    /// Begins the next segment.
    func begin() throws(JournalError) {
        file = nil
        end = 0
        let path = "\(directory)/\(Segment.name(number + 1))"
        let fresh = try File(path, O_RDWR | O_CREAT | O_EXCL)
        do throws(JournalError) {
            try fresh.write(Segment.header, at: 0)
        } catch {
            unlink(path)
            throw error
        }
        number += 1
        end = Int64(Segment.header.count)
        file = fresh
        unsynced.directory = directory
        fresh.reserve(segmentBytes - end, at: end)
    }

    /// Appends whole records; the end moves only when the kernel took all bytes.
    func append(_ records: [UInt8]) throws(JournalError) {
        guard let file else { throw .system(path: directory, call: "append", errno: EBADF) }
        try file.write(records, at: end)
        end += Int64(records.count)
        if unsynced.files.last !== file { unsynced.files.append(file) }
    }

    /// Writes no more into the newest segment, and leaves it as it is.
    func leave() {
        file = nil
    }

    /// Gives the newest segment up after a failure, cut back to `good`, or to its end.
    func abandon(backTo good: Position? = nil) {
        if let good { end = good.segment == number ? min(end, good.offset) : 0 }
        // Best effort: if even this fails, the reader may see records nobody was told of.
        if end > Int64(Segment.header.count) {
            try? file?.truncate(to: end)
        } else if let file {
            unlink(file.path)
        }
        file = nil
    }
}
