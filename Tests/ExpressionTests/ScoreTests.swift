import Core
import Glibc
import Testing

@testable import Expression

@Suite struct ScoreTests {
    let landmark = Instant("2026-01-01")!
    var scale: ScoreScale { ScoreScale(landmark: landmark, halfLife: .days(10)) }

    @Test("a score halves with every half-life, in whatever order it was earned")
    func decays() {
        var score = Score(scale: scale)
        score.add(4, at: landmark + .days(10))
        score.add(8, at: landmark)
        #expect(score.value(at: landmark + .days(10)) == 8)
        #expect(score.value(at: landmark + .days(30)) == 2)
        score.add(-1, at: landmark + .days(30))
        #expect(score.value(at: landmark + .days(30)) == 1)
        score.set(5, at: landmark + .days(40))
        #expect(score.value(at: landmark + .days(40)) == 5)
    }

    @Test("points added one by one reach the number they add up to, at any instant")
    func reaches() {
        for hour in 0..<500 {
            let t = landmark + .hours(Int64(hour) * 7)
            var score = Score(scale: scale)
            for _ in 1...6 { score.add(1, at: t) }
            let comparison = Expression.Comparison.greaterOrEqual
            #expect(comparison.holds(score.sum, 6 * scale.weight(at: t, for: comparison)))
            #expect(!comparison.holds(score.sum, 6.001 * scale.weight(at: t, for: comparison)))
        }
    }

    @Test("without half-life nothing decays")
    func steady() {
        var score = Score(scale: ScoreScale(landmark: landmark, halfLife: nil))
        score.add(3, at: landmark)
        #expect(score.value(at: .distantFuture) == 3)
    }

    @Test("a new landmark keeps the value, and weights stay finite for ever")
    func landmarks() {
        let later = landmark + .days(6000)
        #expect(scale.needsNewLandmark(at: later))
        #expect(!scale.needsNewLandmark(at: landmark + .days(4000)))
        var score = Score(scale: scale)
        score.add(3, at: later)
        let moved = score.moved(to: ScoreScale(landmark: later, halfLife: .days(10)), at: later)
        #expect(abs(moved.value(at: later + .days(10)) - 1.5) < 1e-12)
        for t in [Instant.distantFuture, Instant(milliseconds: .min)] {
            #expect(scale.weight(at: t).isFinite && scale.weight(at: t) > 0)
        }
    }

    @Test("powers of two agree with the C library")
    func powers() {
        for step in -4000...4000 {
            let x = Double(step) * 0.2531
            let (ours, theirs) = (powerOfTwo(x), exp2(x))
            #expect(abs(ours - theirs) <= 4 * theirs.ulp)
        }
        #expect(powerOfTwo(10) == 1024)
        #expect(powerOfTwo(-2000) == 0 && powerOfTwo(2000) == .infinity)
    }

    @Test("logarithms agree with the C library")
    func logarithms() {
        for step in 1...8000 {
            let x = exp2(Double(step - 4000) * 0.2531)
            #expect(abs(binaryLogarithm(x) - log2(x)) <= 1e-14 * max(1, abs(log2(x))))
        }
        #expect(binaryLogarithm(1) == 0 && binaryLogarithm(8) == 3)
    }
}
