import Fixtures
import Testing

@testable import Seal

@Suite struct SigningKeyTests {
    @Test("RSA and Ed25519 keys sign; the same bytes get the same signature")
    func signs() throws {
        let rsa = try SigningKey(pem: Array(TestKeys.rsa.utf8))
        #expect(rsa.kind == .rsa)
        #expect(try rsa.sign([1, 2]).count == 256)
        #expect(try rsa.sign([1, 2]) == rsa.sign([1, 2]))
        #expect(try rsa.sign([1, 2]) != rsa.sign([1, 3]))
        let ed = try SigningKey(pem: Array(TestKeys.ed25519.utf8))
        #expect(ed.kind == .ed25519)
        #expect(try ed.sign([1, 2]).count == 64)
        #expect(try ed.sign([1, 2]) == ed.sign([1, 2]))
    }

    @Test(
        "a key that cannot be used is refused, and says why without showing it",
        arguments: [
            ("", "no private key"), ("nonsense", "no private key"),
            (TestKeys.onlyPublic, "no private key"), (TestKeys.locked, "no private key"),
            (TestKeys.short, "has 1024 bits"), (TestKeys.curve, "neither RSA nor Ed25519"),
            (String(TestKeys.rsa.dropLast(200)), "no private key"),
        ])
    func refused(_ pem: String, _ reason: String) {
        do {
            _ = try SigningKey(pem: Array(pem.utf8))
            Issue.record("it was taken")
        } catch {
            #expect("\(error)".contains(reason))
            let lines = pem.split(separator: "\n").filter { $0.count > 40 }
            #expect(!lines.contains { "\(error)".contains($0) })
        }
    }

    @Test("the digest of pieces is that of the whole")
    func digest() throws {
        let digest = try SHA256Digest()
        try digest.update(Array("a".utf8))
        try digest.update([])
        try digest.update(Array("bc".utf8))
        let text = try digest.finish().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(text == (try Fingerprint.of(Array("abc".utf8))))
        #expect(text.hasPrefix("ba7816bf8f01cfea"))
    }
}
