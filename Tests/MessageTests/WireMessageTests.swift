import Core
import Testing

@testable import Message

@Suite struct WireMessageTests {
    @Test("a plain message passes and keeps its bytes")
    func plain() throws {
        let bytes = Array("Subject: x\r\n\r\nHello\r\n".utf8)
        #expect(try WireMessage(scanning: bytes).bytes == bytes)
    }

    @Test(
        "each danger is found where it is",
        arguments: [
            ("", WireFault.empty),
            (".\r\n", .leadingDot(at: 0)),
            ("a\r\n.\r\nb\r\n", .leadingDot(at: 3)),
            ("a\r\n.b\r\n", .leadingDot(at: 3)),
            ("a\n.\r\nb\r\n", .bareLineFeed(at: 1)),
            ("a\r.\r\nb\r\n", .bareCarriageReturn(at: 1)),
            ("a\r\r\n", .bareCarriageReturn(at: 1)),
            ("a\r\n\n", .bareLineFeed(at: 3)),
            ("a\r", .bareCarriageReturn(at: 1)),
            ("a\0b\r\n", .nul(at: 1)),
            ("caf\u{e9}\r\n", .eightBit(at: 3)),
            ("a\r\nb", .unterminated),
        ])
    func dangers(text: String, fault: WireFault) {
        #expect(WireMessage.scan(Array(text.utf8)) == fault)
        #expect(throws: fault) { try WireMessage(scanning: Array(text.utf8)) }
    }

    @Test("a danger is found at every distance from the start", arguments: 0..<100)
    func distances(lead: Int) {
        let pad = [UInt8](repeating: 0x61, count: lead)
        let tail = [UInt8](repeating: 0x62, count: 70) + [0x0D, 0x0A]
        let line: [UInt8] = [0x0D, 0x0A]
        #expect(WireMessage.scan(pad + [0] + tail) == .nul(at: lead))
        #expect(WireMessage.scan(pad + [0x80] + tail) == .eightBit(at: lead))
        #expect(WireMessage.scan(pad + [0x0A] + tail) == .bareLineFeed(at: lead))
        #expect(WireMessage.scan(pad + [0x0D] + tail) == .bareCarriageReturn(at: lead))
        #expect(WireMessage.scan(pad + line + [0x2E] + tail) == .leadingDot(at: lead + 2))
        #expect(WireMessage.scan(pad + line + tail) == nil)
    }

    @Test("998 octets are a line, 999 are too many")
    func longLines() {
        let end: [UInt8] = [0x0D, 0x0A]
        let fits = [UInt8](repeating: 0x61, count: 998) + end
        let over = [UInt8](repeating: 0x61, count: 999) + end
        #expect(WireMessage.scan(fits + fits) == nil)
        #expect(WireMessage.scan(fits + over) == .lineTooLong(at: 1000))
    }

    @Test("agrees with a byte-by-byte reading on 20,000 random texts (seed 7)")
    func random() {
        var generator = SplitMix64(seed: 7)
        let alphabet: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x2E, 0x61, 0x61, 0x61, 0x20, 0, 0xC3]
        for _ in 0..<20_000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int(generator.next() % 12) {
                let byte = alphabet[Int(generator.next() % UInt64(alphabet.count))]
                bytes += [UInt8](repeating: byte, count: byte == 0x61 ? 17 : 1)
            }
            #expect((WireMessage.scan(bytes) == nil) == isSafe(bytes), "\(bytes)")
        }
    }

    /// The contract, written the slow way.
    private func isSafe(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 2, bytes.suffix(2) == [0x0D, 0x0A] else { return false }
        var lines: [[UInt8]] = [[]]
        var index = 0
        while index < bytes.count {
            if bytes[index] == 0x0D, index + 1 < bytes.count, bytes[index + 1] == 0x0A {
                lines.append([])
                index += 2
            } else {
                lines[lines.count - 1].append(bytes[index])
                index += 1
            }
        }
        return lines.allSatisfy { line in
            line.first != 0x2E && line.count <= 998
                && line.allSatisfy { $0 < 0x80 && $0 != 0 && $0 != 0x0D && $0 != 0x0A }
        }
    }
}
