/// Tells contents apart: the same files have the same id, and different ones in practice another.
///
/// 128-bit FNV-1a (draft-eastlake-fnv), written as 32 lower-case hexadecimal digits. It is no
/// cryptography: whoever may write the folder could make two contents with one id, and would gain
/// nothing, since they may write either.
package struct ContentID: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// Characters of every id.
    package static let length = 32

    package var description: String { text }

    package init(text: String) { self.text = text }

    /// The id of one file's bytes, whatever it is called.
    package init(file bytes: [UInt8]) { self.init([(name: "", bytes: bytes)]) }

    /// The id of named pieces, in the order given.
    init(_ pieces: some Sequence<(name: String, bytes: [UInt8])>) {
        var state: UInt128 = 0x6C62_272E_07BB_0142_62B8_2175_6295_C58D
        func mix(_ byte: UInt8) {
            state ^= UInt128(byte)
            state &*= 0x0000_0000_0100_0000_0000_0000_0000_013B
        }
        /// The length first, so that bytes cannot move from one piece to the next unseen.
        func mix(_ bytes: some Collection<UInt8>) {
            var length = UInt64(bytes.count)
            for _ in 0..<8 {
                mix(UInt8(truncatingIfNeeded: length))
                length >>= 8
            }
            for byte in bytes { mix(byte) }
        }
        for (name, bytes) in pieces {
            mix(name.utf8)
            mix(bytes)
        }
        let digits = String(state, radix: 16)
        text = String(repeating: "0", count: 32 - digits.count) + digits
    }
}
