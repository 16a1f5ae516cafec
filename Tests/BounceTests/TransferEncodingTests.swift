import Testing

@testable import Bounce

@Suite struct TransferEncodingTests {
    @Test(
        "undoes base64 whatever stands between its letters",
        arguments: [
            ("", ""), ("QQ==", "A"), ("QUI=", "AB"), ("QUJD", "ABC"), ("QU\r\nJD\n", "ABC"),
            ("QUJD====QUJD", "ABCABC"), ("Q!U?J D", "ABC"), ("Q", ""), ("QQ", "A"),
        ])
    func base64(_ encoded: String, _ plain: String) {
        #expect(TransferEncoding.base64(Array(encoded.utf8)[...]) == Array(plain.utf8))
    }

    @Test(
        "undoes quoted-printable and leaves what is none",
        arguments: [
            ("a=3Db", "a=b"), ("a=3db", "a=b"), ("a=\r\nb", "ab"), ("a=  \nb", "ab"),
            ("a=zz", "a=zz"),
            ("a=", "a"), ("a=3", "a=3"), ("=C3=BC", "ü"), ("", ""), ("= x", "= x"),
        ])
    func quotedPrintable(_ encoded: String, _ plain: String) {
        #expect(TransferEncoding.quotedPrintable(Array(encoded.utf8)[...]) == Array(plain.utf8))
    }

    @Test(
        "goes by the name in any case, and keeps what it does not know",
        arguments: [
            ("Base64", "QUJD", "ABC"), (" QUOTED-PRINTABLE", "=41", "=41"),
            ("quoted-printable; x", "=41", "A"), ("7bit", "QUJD", "QUJD"), ("x-uue", "=41", "=41"),
        ])
    func named(_ name: String, _ encoded: String, _ plain: String) {
        #expect(
            TransferEncoding.decode(Array(encoded.utf8)[...], named: name) == Array(plain.utf8))
    }
}
