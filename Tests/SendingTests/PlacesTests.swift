import Testing

@testable import Sending

@Suite struct PlacesTests {
    @Test("Each place is taken once, and no delivery gets two")
    func claims() {
        let places = Places(count: 2)
        let first = places.claim(1, of: 7)
        #expect(first != nil)
        #expect(places.claim(1, of: 7) == nil)
        let second = places.claim(2, of: 7)
        #expect(second != nil && second != first)
        #expect(places.claim(3, of: 7) == nil)
        #expect(places.claimed(of: 7) == [1, 2])
        places.release([(first!, 1, 7)])
        #expect(places.freeCount == 1)
        #expect(places.claim(3, of: 7) == first)
    }

    @Test("The last of a mailing to give back its place nudges who waits, the others do not")
    func nudges() {
        let places = Places(count: 4)
        let held = (1...2).map { (places.claim($0, of: 7)!, $0, Int64(7)) }
        let seen = places.nudges
        places.release([held[0]])
        #expect(places.nudges == seen)
        places.release([held[1]])
        #expect(places.nudges == seen + 1)
        // A nudge that came before the wait began is no reason to wait.
        places.waitForNudge(since: seen, milliseconds: 3_600_000)
    }
}
