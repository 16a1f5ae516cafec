/// Reads the rows of one format out of the octets of a file.
protocol ImportRows {
    /// Octets up to the end of the last row that was read.
    var position: Int64 { get }
    /// The line on which it began.
    var line: Int { get }
    var digest: ImportDigest { get }
    var ignoredColumns: [String] { get }
    /// Whether the columns are known.
    var hasBegun: Bool { get }

    mutating func append(_ bytes: [UInt8])
    mutating func finish()
    /// Reads the next row into the builder, or, when `isPassed`, only its address as one that has
    /// been. What cannot be read is refused in `result`. False when more is needed, or at the end.
    mutating func next(
        into builder: inout ChunkBuilder, _ result: inout ImportResult, isPassed: Bool
    ) throws -> Bool
}
