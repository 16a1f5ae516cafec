@testable import Liquid

extension RenderOutput {
    /// The text that its octets and pieces make together.
    func joined(_ program: Program, _ known: KnownValues) -> [UInt8] {
        var joined: [UInt8] = []
        var place = 0
        for piece in pieces {
            joined += bytes[place..<piece.place]
            place = piece.place
            switch piece.kind {
            case .literal: joined += program.literals[piece.number]
            case .value: joined += known.texts[known.range(ofText: piece.number)]
            case .link: joined += Array("link \(piece.number)".utf8)
            }
        }
        return joined + bytes[place...]
    }
}
