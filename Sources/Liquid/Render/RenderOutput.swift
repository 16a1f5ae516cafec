/// Where a render writes: keep one and use it again, its memory stays.
package struct RenderOutput {
    /// What is left out of `bytes`, because the input says `listsPieces`.
    package struct Piece {
        package enum Kind {
            /// Text of the template, by its number in `Program.literals`.
            case literal
            /// A value that several places print: by its number in `KnownValues.text`.
            case value
            /// `RenderInput.linkPrefix` and this number.
            case link
        }

        package var kind: Kind
        package var number: Int
        /// The place in `bytes` before which it belongs.
        package var place: Int
    }

    package var bytes: [UInt8] = []
    /// Links whose target depends on the recipient: their numbers and targets, in order.
    package var personalTargets: [(number: Int, target: [UInt8])] = []
    /// In order.
    package var pieces: [Piece] = []
    var memory = MachineMemory()

    package init() {}

    /// Hands over what was written; the memory of rendering stays.
    package mutating func take() -> RenderOutput {
        var taken = RenderOutput()
        swap(&taken.bytes, &bytes)
        swap(&taken.personalTargets, &personalTargets)
        swap(&taken.pieces, &pieces)
        return taken
    }

    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        personalTargets.removeAll(keepingCapacity: true)
        pieces.removeAll(keepingCapacity: true)
    }
}
