package import JSON

/// The pieces of a body: the elements of a JSON array, a JSON object alone, or one JSON object a
/// line.
package struct IncomingBatch: Sendable {
    /// Octets of a body.
    package static let maximumBytes = 1 << 20
    package static let maximumPieces = 1000
    /// How deep a piece may nest.
    private static let depth = 8

    package struct Piece: Sendable {
        /// The line it stands in, or its place in the array; from 1.
        package var line: Int
        package var value: Result<JSON, IncomingFault>
    }

    package var pieces: [Piece]

    /// - Parameter contentType: in lower case without parameters.
    package init(_ body: [UInt8], contentType: String) throws(IncomingFault) {
        switch contentType {
        case "application/json", "": try self.init(json: body)
        case "application/x-ndjson", "application/jsonl", "application/x-jsonlines":
            try self.init(lines: body)
        default: throw IncomingFault("send application/json or application/x-ndjson")
        }
        guard !pieces.isEmpty else { throw IncomingFault("there is nothing in the body") }
    }

    private init(json body: [UInt8]) throws(IncomingFault) {
        switch try Self.parse(body[...], depth: Self.depth + 1).get() {
        case .array(let items):
            guard items.count <= Self.maximumPieces else { throw Self.tooMany }
            pieces = items.enumerated().map { Piece(line: $0 + 1, value: .success($1)) }
        case let value: pieces = [Piece(line: 1, value: .success(value))]
        }
    }

    private init(lines body: [UInt8]) throws(IncomingFault) {
        pieces = []
        for (index, line) in body.split(separator: 0x0A, omittingEmptySubsequences: false)
            .enumerated()
        where !line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) {
            guard pieces.count < Self.maximumPieces else { throw Self.tooMany }
            pieces.append(Piece(line: index + 1, value: Self.parse(line, depth: Self.depth)))
        }
    }

    private static let tooMany = IncomingFault("at most \(maximumPieces) at a time")

    private static func parse(
        _ bytes: ArraySlice<UInt8>, depth: Int
    ) -> Result<JSON, IncomingFault> {
        do throws(JSON.SyntaxError) {
            return .success(try JSON(parsing: bytes, depth: depth))
        } catch {
            return .failure(IncomingFault("this is not JSON: \(error)"))
        }
    }
}
