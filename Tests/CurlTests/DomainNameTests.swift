import Curl
import Testing

@Suite struct DomainNameTests {
    @Test(
        "an international domain gets its A-labels, an ASCII one stays",
        arguments: [
            ("example.org", "example.org"), ("bücher.example", "xn--bcher-kva.example"),
            ("faß.example", "xn--fa-hia.example"), ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
        ])
    func labels(_ domain: String, _ ascii: String) {
        #expect(DomainName.ascii(domain) == ascii)
    }

    @Test("what has no A-labels gives none")
    func none() {
        #expect(DomainName.ascii(String(repeating: "ä", count: 200) + ".example") == nil)
        #expect(DomainName.ascii("ä ö.example") == nil)
    }
}
