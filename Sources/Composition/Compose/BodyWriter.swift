import Liquid
import Message

/// Writes a body as it goes over the wire, while it is rendered: text of the template was encoded
/// when the mailing was compiled, and what is the person's is encoded when it is first printed.
protocol BodyWriter: RenderSink {
    /// Ends the last line. Nothing is written behind it.
    func finish()
}

final class HTMLWriter: BodyWriter {
    private let literals: PreparedTexts
    private let link: LinkWriter
    private let encoder: QuotedPrintable
    private let values: WrittenValues

    /// Writes into `memory`, which is empty.
    init(_ literals: PreparedTexts, _ link: LinkWriter, to memory: BodyMemory) {
        self.literals = literals
        self.link = link
        values = memory.values
        encoder = memory.encoder
    }

    func write(literal number: Int) { encoder.append(number, of: literals) }

    func write(_ text: UnsafeBufferPointer<UInt8>, value number: Int?) {
        guard let number else { return encoder.append(text) }
        values.note(number, text, encoder.append(repeatable: text))
    }

    func write(again number: Int) -> Int? {
        guard let value = values[number] else { return nil }
        encoder.append(again: value.place)
        return value.count
    }

    func write(link number: Int) { link.write(number, to: encoder) }
    func finish() { encoder.finish() }
}

/// The same for a text part, which is tidied on its way.
final class TextWriter: BodyWriter {
    private let literals: LaidTexts
    private let link: LinkWriter
    private let encoder: QuotedPrintable
    private let values: WrittenValues
    // Unchecked: it is used by one call at a time, hundreds of times a message.
    @exclusivity(unchecked) private var gap = TextGap()

    init(_ literals: LaidTexts, _ link: LinkWriter, to memory: BodyMemory) {
        self.literals = literals
        self.link = link
        values = memory.values
        encoder = memory.encoder
    }

    func write(literal number: Int) { literals.write(number, after: &gap, to: encoder) }

    func write(_ text: UnsafeBufferPointer<UInt8>, value number: Int?) {
        guard let number, TextLayout.areWords(text) else {
            return TextLayout.tidy(text, after: &gap, to: encoder)
        }
        gap.close(encoder)
        values.note(number, text, encoder.append(repeatable: text))
    }

    func write(again number: Int) -> Int? {
        guard let value = values[number] else { return nil }
        gap.close(encoder)
        encoder.append(again: value.place)
        return value.count
    }

    func write(link number: Int) {
        gap.close(encoder)
        link.write(number, to: encoder)
    }

    func finish() {
        gap.finish(encoder)
        encoder.finish()
    }
}

/// Where values stand in a body that can be copied from there, by their numbers.
final class WrittenValues {
    struct Value {
        var place: Range<Int>
        /// Octets as it was rendered.
        var count: Int
    }

    // Unchecked: as the gap of a text.
    @exclusivity(unchecked) private var values: [Value?] = []

    subscript(number: Int) -> Value? { number < values.count ? values[number] : nil }

    /// Forgets all of them; the memory stays.
    func removeAll() { values.removeAll(keepingCapacity: true) }

    func note(_ number: Int, _ text: UnsafeBufferPointer<UInt8>, _ place: Range<Int>?) {
        guard let place else { return }
        while values.count <= number { values.append(nil) }
        values[number] = Value(place: place, count: text.count)
    }
}

/// Writes addresses of counted links.
struct LinkWriter {
    let prefix: [UInt8]
    private let isPlain: Bool

    init(_ prefix: [UInt8]) {
        self.prefix = prefix
        isPlain = prefix.withUnsafeBufferPointer(QuotedPrintable.isPlain)
    }

    func write(_ number: Int, to encoder: QuotedPrintable) {
        prefix.withUnsafeBufferPointer {
            if isPlain { encoder.append(plain: $0) } else { encoder.append($0) }
        }
        encoder.append(number: number)
    }
}
