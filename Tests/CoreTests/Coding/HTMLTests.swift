import Testing

import Core

@Suite struct HTMLTests {
    @Test("escaping is what replacing byte by byte gives, for 2,000 random texts (seed 3)")
    func escape() {
        let alphabet = Array("&<>\"'abc;#=!?@()0123é ".utf8)
        var state: UInt64 = 3
        for _ in 0..<2000 {
            var text: [UInt8] = []
            for _ in 0..<40 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text.append(alphabet[Int(state >> 33) % alphabet.count])
            }
            var out = Array("<kept>".utf8)
            HTML.escape(text, to: &out)
            let expected = text.flatMap { byte -> [UInt8] in
                switch byte {
                case UInt8(ascii: "&"): Array("&amp;".utf8)
                case UInt8(ascii: "<"): Array("&lt;".utf8)
                case UInt8(ascii: ">"): Array("&gt;".utf8)
                case UInt8(ascii: "\""): Array("&quot;".utf8)
                case UInt8(ascii: "'"): Array("&#39;".utf8)
                default: [byte]
                }
            }
            #expect(out == Array("<kept>".utf8) + expected)
        }
    }
}
