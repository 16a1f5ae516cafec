import Testing

@testable import Loop

@Suite struct DoubtsTests {
    @Test("it begins in doubt, dares after a few people, and doubts again when it withheld many")
    func caution() {
        var doubts = Doubts()
        for _ in 0..<3 { doubts.note(-5, isWithheld: false) }
        #expect(doubts.caution > 0)
        for _ in 0..<10 { doubts.note(-5, isWithheld: false) }
        #expect(doubts.caution == 0)
        for _ in 0..<2 { doubts.note(-5, isWithheld: true) }
        #expect(doubts.caution > 0)
    }

    @Test("machines that were withheld are nobody's clicks")
    func machines() {
        var doubts = Doubts()
        for _ in 0..<20 { doubts.note(-5, isWithheld: false) }
        for _ in 0..<100 { doubts.note(12, isWithheld: true) }
        #expect(doubts.caution == 0)
    }
}
