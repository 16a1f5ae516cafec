import Liquid
import Message

/// A part rendered for one person: what is theirs, and where text of the template stands in it,
/// which is encoded for the wire already.
struct RenderedPart: LetterBody {
    private let own: [UInt8]
    private let literals: [(number: Int, place: Int)]
    private let part: Part?
    let count: Int

    /// Bytes that nothing is prepared for.
    init(_ bytes: [UInt8]) {
        own = bytes
        literals = []
        part = nil
        count = bytes.count
    }

    /// What a render with `listsLiterals` left.
    init(_ output: RenderOutput, of part: Part) {
        own = output.bytes
        literals = output.literals
        self.part = part
        let texts = part.program.literals
        count = literals.reduce(own.count) { $0 + texts[$1.number].count }
    }

    /// The whole part as text.
    var bytes: [UInt8] {
        guard let part else { return own }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        var place = 0
        for literal in literals {
            bytes += own[place..<literal.place]
            bytes += part.program.literals[literal.number]
            place = literal.place
        }
        return bytes + own[place...]
    }

    func write(to encoder: inout QuotedPrintable) {
        own.withUnsafeBufferPointer { own in
            var place = 0
            if let part {
                for literal in literals {
                    encoder.append(UnsafeBufferPointer(rebasing: own[place..<literal.place]))
                    encoder.append(part.prepared[literal.number])
                    place = literal.place
                }
            }
            encoder.append(UnsafeBufferPointer(rebasing: own[place...]))
        }
    }
}
