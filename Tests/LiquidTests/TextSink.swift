@testable import Liquid

/// Puts the pieces of a render together again, and counts them.
final class TextSink: RenderSink {
    private(set) var bytes: [UInt8] = []
    private(set) var literalCount = 0
    /// Values that were given again by their numbers.
    private(set) var againCount = 0
    private var values: [Int: [UInt8]] = [:]
    private let program: Program
    private let linkPrefix: [UInt8]

    init(_ program: Program, linkPrefix: [UInt8] = []) {
        self.program = program
        self.linkPrefix = linkPrefix
    }

    func write(literal number: Int) {
        literalCount += 1
        bytes += program.literals[number]
    }

    func write(_ text: UnsafeBufferPointer<UInt8>, value number: Int?) {
        bytes += text
        guard let number else { return }
        precondition(number < program.valueCount)
        values[number] = Array(text)
    }

    func write(again number: Int) -> Int? {
        guard let value = values[number] else { return nil }
        againCount += 1
        bytes += value
        return value.count
    }

    func write(link number: Int) { bytes += linkPrefix + Array("\(number)".utf8) }
}
