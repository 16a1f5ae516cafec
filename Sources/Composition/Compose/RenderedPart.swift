import Liquid
import Message

/// A part rendered for one person: what is theirs, and the places of what is prepared for the wire:
/// text of the template, values that are printed more than once, links.
final class RenderedPart: LetterBody {
    private let own: [UInt8]
    private let pieces: [RenderOutput.Piece]
    private let source: (part: Part, texts: PersonalTexts)?
    let mostOctets: Int

    /// Bytes that nothing is prepared for, written as they are.
    init(_ bytes: [UInt8]) {
        own = bytes
        pieces = []
        source = nil
        mostOctets = bytes.mostOctets
    }

    /// What a render with `listsPieces` left; `texts` have prepared all pieces.
    init(_ output: RenderOutput, of part: Part, _ texts: PersonalTexts, mostOctets: Int) {
        own = output.bytes
        pieces = output.pieces
        source = (part, texts)
        self.mostOctets = mostOctets
    }

    /// The whole part as the person gets it.
    var bytes: [UInt8] {
        guard let (part, texts) = source else { return own }
        var bytes: [UInt8] = []
        var place = 0
        for piece in pieces {
            bytes += own[place..<piece.place]
            place = piece.place
            if case .literal = piece.kind {
                bytes += part.program.literals[piece.number]
            } else {
                texts.append(piece, to: &bytes)
            }
        }
        bytes += own[place...]
        return if case .text = part.prepared { TextLayout.tidy(bytes) } else { bytes }
    }

    func write(to encoder: inout QuotedPrintable) {
        own.withUnsafeBufferPointer { own in
            guard let (part, texts) = source else { return encoder.append(own) }
            texts.prepared.borrowed { personal in
                switch part.prepared {
                case .line: break
                case .html(let literals):
                    literals.borrowed { write(own, $0, texts, personal, to: &encoder) }
                case .text(let literals):
                    literals.words.borrowed {
                        write(own, literals, $0, texts, personal, to: &encoder)
                    }
                }
            }
        }
    }

    private func write(
        _ own: UnsafeBufferPointer<UInt8>, _ literals: PreparedTexts.Borrowed,
        _ texts: PersonalTexts, _ personal: PreparedTexts.Borrowed,
        to encoder: inout QuotedPrintable
    ) {
        var place = 0
        for piece in pieces {
            if place < piece.place {
                encoder.append(UnsafeBufferPointer(rebasing: own[place..<piece.place]))
                place = piece.place
            }
            switch piece.kind {
            case .literal: encoder.append(piece.number, of: literals)
            case .value: encoder.append(texts.number(ofValue: piece.number), of: personal)
            case .link:
                encoder.append(PersonalTexts.linkPrefixNumber, of: personal)
                encoder.append(number: piece.number)
            }
        }
        encoder.append(UnsafeBufferPointer(rebasing: own[place...]))
    }

    private func write(
        _ own: UnsafeBufferPointer<UInt8>, _ literals: LaidTexts,
        _ words: PreparedTexts.Borrowed, _ texts: PersonalTexts,
        _ personal: PreparedTexts.Borrowed, to encoder: inout QuotedPrintable
    ) {
        var gap = TextGap()
        var place = 0
        for piece in pieces {
            if place < piece.place {
                let bytes = UnsafeBufferPointer(rebasing: own[place..<piece.place])
                TextLayout.tidy(bytes, after: &gap, to: &encoder)
                place = piece.place
            }
            switch piece.kind {
            case .literal: literals.write(piece.number, words, after: &gap, to: &encoder)
            case .value:
                if let number = texts.number(ofWords: piece.number) {
                    gap.close(&encoder)
                    encoder.append(number, of: personal)
                } else {
                    texts.text(ofValue: piece.number).withUnsafeBufferPointer {
                        TextLayout.tidy($0, after: &gap, to: &encoder)
                    }
                }
            case .link:
                gap.close(&encoder)
                encoder.append(PersonalTexts.linkPrefixNumber, of: personal)
                encoder.append(number: piece.number)
            }
        }
        let rest = UnsafeBufferPointer(rebasing: own[place...])
        TextLayout.tidy(rest, after: &gap, to: &encoder)
        gap.finish(&encoder)
    }
}
