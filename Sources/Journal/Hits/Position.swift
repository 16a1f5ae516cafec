/// A place in the hit journal: everything before it was read. Kept in the store, committed with
/// what the records before it did.
package struct Position: Hashable, Comparable, Sendable {
    /// The number of a segment file, from 1; 0 is before all.
    package var segment: Int64
    /// Bytes from the beginning of that file.
    package var offset: Int64

    package init(segment: Int64, offset: Int64) {
        self.segment = segment
        self.offset = offset
    }

    package static let start = Position(segment: 0, offset: 0)

    package static func < (a: Self, b: Self) -> Bool {
        (a.segment, a.offset) < (b.segment, b.offset)
    }
}
