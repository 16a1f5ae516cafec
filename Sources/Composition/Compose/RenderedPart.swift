import Liquid
import Message

/// A part rendered for one person: what is theirs, and the places of what is prepared for the wire:
/// text of the template, values that are printed more than once, links.
struct RenderedPart: LetterBody {
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
            switch part.prepared {
            case .line: break
            case .html(let literals): write(own, literals, texts, to: &encoder)
            case .text(let literals): write(own, literals, texts, to: &encoder)
            }
        }
    }

    private func write(
        _ own: UnsafeBufferPointer<UInt8>, _ literals: PreparedTexts, _ texts: PersonalTexts,
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
            case .value: encoder.append(texts.number(ofValue: piece.number), of: texts.prepared)
            case .link:
                encoder.append(PersonalTexts.linkPrefixNumber, of: texts.prepared)
                encoder.append(number: piece.number)
            }
        }
        encoder.append(UnsafeBufferPointer(rebasing: own[place...]))
    }

    private func write(
        _ own: UnsafeBufferPointer<UInt8>, _ literals: LaidTexts, _ texts: PersonalTexts,
        to encoder: inout QuotedPrintable
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
            case .literal: literals.write(piece.number, after: &gap, to: &encoder)
            case .value: write(value: piece.number, texts, after: &gap, to: &encoder)
            case .link:
                gap.close(&encoder)
                encoder.append(PersonalTexts.linkPrefixNumber, of: texts.prepared)
                encoder.append(number: piece.number)
            }
        }
        let rest = UnsafeBufferPointer(rebasing: own[place...])
        TextLayout.tidy(rest, after: &gap, to: &encoder)
        gap.finish(&encoder)
    }

    private func write(
        value: Int, _ texts: PersonalTexts, after gap: inout TextGap,
        to encoder: inout QuotedPrintable
    ) {
        if let number = texts.number(ofWords: value) {
            gap.close(&encoder)
            encoder.append(number, of: texts.prepared)
        } else {
            texts.known.text(value).withUnsafeBufferPointer {
                TextLayout.tidy($0, after: &gap, to: &encoder)
            }
        }
    }
}
