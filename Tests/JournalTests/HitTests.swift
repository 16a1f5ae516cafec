import Core
import Testing

@testable import Journal

@Suite struct HitTests {
    static let full = Hit(
        kind: .click, method: .head, delivery: 1 << 39, link: 12, templateLink: 3,
        at: Instant(milliseconds: 1_795_212_131_123), peer: "2001:db8::1", userAgent: "Zebra/1 ü",
        headers: [.init(name: "purpose", value: "prefetch"), .init(name: "via", value: "")])

    @Test(
        "is read back as it was written",
        arguments: [
            full, Hit(kind: .open, method: .get, delivery: 0, at: .epoch),
            Hit(kind: .trap, method: .post, delivery: -1, link: 65_535, at: .distantFuture),
        ])
    func roundTrip(_ hit: Hit) {
        #expect(Hit(bytes: hit.bytes) == hit)
    }

    @Test("what is too long is cut between scalars, so that every hit can be read")
    func cut() throws {
        let long = Hit(
            kind: .click, method: .get, delivery: 1, link: 99_999, at: .epoch,
            peer: String(repeating: "f", count: 500),
            userAgent: "x" + String(repeating: "ü", count: 5_000),
            headers: (0..<40).map {
                .init(
                    name: "\($0)" + String(repeating: "n", count: 100),
                    value: String(repeating: "€", count: 999))
            })
        let bytes = long.bytes
        #expect(bytes.count <= HitJournal.maximumRecord)
        let read = try #require(Hit(bytes: bytes))
        #expect(read.link == 65_535)
        #expect(read.peer.utf8.count == 64)
        #expect(read.userAgent == "x" + String(repeating: "ü", count: 255))
        #expect(read.headers.count == 16)
        #expect(read.headers[3].name.utf8.count == 64)
        #expect(read.headers[3].value == String(repeating: "€", count: 170))
    }

    @Test("a shortened or lengthened payload, a later version or a wrong kind is none")
    func damaged() {
        let bytes = Self.full.bytes
        for end in 0..<bytes.count { #expect(Hit(bytes: bytes[..<end]) == nil) }
        #expect(Hit(bytes: bytes + [0]) == nil)
        #expect(Hit(bytes: [2] + bytes.dropFirst()) == nil)
        #expect(Hit(bytes: [1, 99] + bytes.dropFirst(2)) == nil)
        #expect(Hit(bytes: [1, 1, 99] + bytes.dropFirst(3)) == nil)
    }
}
