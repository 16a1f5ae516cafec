import Expression
import Testing

@Suite struct SampleTests {
    @Test("a part is as large as asked, for ids in a row and for scattered ones")
    func size() {
        for (seed, step) in [("a", 1), ("b", 1), ("winter", 2), ("", 1009)] as [(String, Int64)] {
            let sample = Sample(fraction: 0.1, seed: seed)
            let count = (1...20_000).count { sample.contains(Int64($0) * step) }
            #expect((1700...2300).contains(count), "\(seed): \(count)")
        }
    }

    @Test("parts of different seeds are independent, and of one seed nested")
    func independence() {
        let a = Sample(fraction: 0.5, seed: "a")
        let b = Sample(fraction: 0.5, seed: "b")
        let both = (Int64(1)...20_000).count { a.contains($0) && b.contains($0) }
        #expect((4600...5400).contains(both), "\(both)")
        let tenth = Sample(fraction: 0.1, seed: "a")
        #expect((Int64(1)...1000).allSatisfy { !tenth.contains($0) || a.contains($0) })
    }

    @Test("the hash is pinned: a part must be the same after every update")
    func pinned() {
        let sample = Sample(fraction: 0.25, seed: "seed")
        let members = (Int64(1)...40).filter(sample.contains)
        #expect(members == [1, 16, 17, 22, 23, 32, 34, 36, 37, 39])
        // The largest ids must not overflow the arithmetic.
        _ = sample.contains(.max)
        _ = sample.contains(Sample.modulus - 1)
    }
}
