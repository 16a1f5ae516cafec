import Testing

@testable import Journal

@Suite struct SegmentTests {
    @Test("names sort as numbers do, and only those written here are read")
    func names() {
        #expect(Segment.name(7) == "0000000000000007.hits")
        #expect(Segment.number("0000000000000007.hits") == 7)
        for name in ["7.hits", "0000000000000000.hits", "-000000000000007.hits", "x.hits", ".hits"]
        {
            #expect(Segment.number(name) == nil)
        }
    }

    @Test("a record cut anywhere or changed in any bit is none")
    func damage() throws {
        let record = Segment.record(Array("payload".utf8))
        #expect(try Array(#require(Segment.payload(record[...]))) == Array("payload".utf8))
        for end in 0..<record.count { #expect(Segment.payload(record[..<end]) == nil) }
        for bit in 0..<record.count * 8 {
            var changed = record
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(Segment.payload(changed[...]) == nil, "bit \(bit)")
        }
    }

    @Test("zero bytes are no records")
    func zeros() {
        #expect(Segment.payload([UInt8](repeating: 0, count: 64)[...]) == nil)
    }
}
