/// The id by which the pixel knows a browser again: 32 lower-case hexadecimal digits, made at
/// random, that say nothing else.
package enum Visitor {
    package static func isID(_ text: some StringProtocol) -> Bool {
        text.utf8.count == 32
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// A fresh id.
    package static func id(using generator: inout some RandomNumberGenerator) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: (0..<32).map { _ in digits[Int.random(in: 0..<16, using: &generator)] },
            as: UTF8.self)
    }
}
