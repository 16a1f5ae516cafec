import Core
import Testing

@Suite struct NFCTests {
    @Test(
        "decomposed text is composed",
        arguments: [
            ("abc", [0x61, 0x62, 0x63]), ("e\u{301}", [0xC3, 0xA9]), ("\u{E9}", [0xC3, 0xA9]),
            ("\u{212B}", [0xC3, 0x85]), ("\u{1100}\u{1161}", [0xEA, 0xB0, 0x80]),
            ("q\u{307}\u{323}", [0x71, 0xCC, 0xA3, 0xCC, 0x87]),
        ] as [(String, [UInt8])])
    func composes(text: String, expected: [UInt8]) {
        #expect(Array(text.nfc.utf8) == expected)
    }

    @Test(
        "lower case is simple: one scalar for one, without context",
        arguments: [
            ("ÄÖÜ ß", "äöü ß"), ("ΟΔΟΣ", "οδοσ"), ("\u{130}X", "ix"), ("\u{1E9E}", "ß"),
            ("Straße 1", "straße 1"), ("", ""),
        ])
    func lowers(text: String, expected: String) {
        #expect(Array(text.simpleLowercased.utf8) == Array(expected.utf8))
    }
}
