import Testing

@testable import Core

@Suite struct IPAddressTests {
    @Test(
        "addresses in figures are read, other texts are not",
        arguments: [
            ("192.0.2.7", 4), ("::1", 16), ("::", 16), ("2001:db8::8:800:200c:417a", 16),
            ("1:2:3:4:5:6:7:8", 16), ("1::", 16), ("::ffff:192.0.2.7", 4),
            ("64:ff9b::192.0.2.33", 16),
            ("", nil), ("192.0.2", nil), ("192.0.2.256", nil), ("192.0.2.7.1", nil), ("::1::", nil),
            ("1:2:3:4:5:6:7:8:9", nil), (":1", nil), ("1:2:3:4:5:6:7:", nil), ("12345::", nil),
            ("1.2.3.4:5", nil), ("host.example", nil), ("+1::", nil),
        ] as [(String, Int?)])
    func reading(text: String, octets: Int?) {
        #expect(IPAddress(text)?.octets.count == octets)
    }

    @Test("the network is a /24 or a /64")
    func network() {
        #expect(IPAddress("192.0.2.7")?.network == [192, 0, 2])
        #expect(IPAddress("2001:db8:1:2:3::")?.network == [0x20, 1, 0xD, 0xB8, 0, 1, 0, 2])
    }
}
