import Testing

@testable import Fuzz

@Suite struct MutatorTests {
    private let mutator = Mutator(
        seeds: [Array("hello world".utf8), []], pieces: ["{{", "}}"], maximumBytes: 64)

    @Test("A run's input depends on seed and number alone, and runs differ")
    func repeatable() {
        let inputs = (UInt64(0)..<200).map { mutator.input(seed: 5, run: $0) }
        #expect(inputs == (UInt64(0)..<200).map { mutator.input(seed: 5, run: $0) })
        #expect(Set(inputs).count > 100)
        #expect(inputs != (UInt64(0)..<200).map { mutator.input(seed: 6, run: $0) })
        #expect(inputs.allSatisfy { $0.count <= 64 })
    }

    @Test("Every target takes 300 inputs (seed 9)", arguments: FuzzTarget.all.map(\.name))
    func targets(name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        let mutator = Mutator(
            seeds: target.seeds.map { Array($0.utf8) }, pieces: target.pieces, maximumBytes: 1024)
        for run in UInt64(0)..<300 { target.run(mutator.input(seed: 9, run: run)) }
    }

    @Test("Every shape of the doubling test is longer when doubled, and is worked through")
    func shapes() {
        for shape in Doubling.shapes {
            let short = shape.text(50)
            #expect(shape.text(100).utf8.count > short.utf8.count * 3 / 2)
            Doubling.work(short, shape.mode)
        }
    }

    @Test("Arguments that mean nothing are refused")
    func arguments() {
        #expect(FuzzPlan(["nosuch"]) == nil)
        #expect(FuzzPlan(["liquid", "--what", "1"]) == nil)
        #expect(FuzzPlan(["liquid", "--seconds", "3"])?.seconds == 3)
        #expect(FuzzPlan([])?.targets.count == FuzzTarget.all.count)
    }
}
