import Core
import Pacing
import Testing

@testable import Sending

@Suite struct PaceMemoriesTests {
    private func memory(_ rate: String?, rest: Int64? = nil) -> DestinationPace.Memory {
        DestinationPace.Memory(
            learnt: rate.flatMap { Rate($0) }, trouble: 240.5,
            restUntil: rest.map { Instant(milliseconds: $0) },
            since: Instant(milliseconds: 1_799_999_999_000), reason: "421 4.7.0 \"slow\" down\\")
    }

    @Test("what was written is read again")
    func roundTrip() {
        let memories = [
            "gmail.com": memory("60/min"), "b.example": memory(nil, rest: 1_800_000_000_000),
            "c.example": memory("7/min", rest: 1_800_000_000_000),
        ]
        #expect(PaceMemories.all(PaceMemories.text(memories)) == memories)
        #expect(PaceMemories.all(PaceMemories.text([:])) == [:])
    }

    @Test("what cannot be read teaches nothing", arguments: ["", "[]", "{", #"{"a": 3}"#])
    func unreadable(_ text: String) {
        for memory in PaceMemories.all(text).values {
            #expect(memory.learnt == nil && memory.restUntil == nil)
        }
    }

    @Test("of too many the slowest are kept")
    func bounded() {
        var memories: [String: DestinationPace.Memory] = [:]
        for number in 0..<PaceMemories.limit + 5 {
            memories["d\(number).example"] = memory("\(number + 100)/min")
        }
        memories["rests.example"] = memory(nil, rest: 1_800_000_000_000)
        let kept = PaceMemories.all(PaceMemories.text(memories))
        #expect(kept.count == PaceMemories.limit)
        #expect(kept["rests.example"] != nil && kept["d0.example"] != nil)
        #expect(kept["d\(PaceMemories.limit + 4).example"] == nil)
    }
}
