import Testing

@testable import Liquid

@Suite struct NumbersTests {
    @Test("whole numbers are written as Swift describes them, at every length and sign (seed 7)")
    func whole() {
        var numbers = [0, 9, 10, 99, 100, -1, -9, -10, .max, .min, .min + 1]
        var generator = SeededNumbers(state: 7)
        for shift in 0..<64 { numbers.append(Int(truncatingIfNeeded: generator.next()) >> shift) }
        for number in numbers {
            var out = Array("x".utf8)
            Numbers.append(number, to: &out)
            #expect(out == Array("x\(number)".utf8))
            if number >= 0 { #expect(Numbers.digitCount(number) == "\(number)".count) }
        }
    }

    /// A generator whose numbers a failure can be repeated with.
    private struct SeededNumbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }
}
