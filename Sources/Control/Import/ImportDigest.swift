/// Tells whether two files begin with the same octets: FNV-1a over words of eight octets.
///
/// Both files are an operator's own, so nobody looks for two with the same digest.
struct ImportDigest {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) {
        let raw = UnsafeRawBufferPointer(bytes)
        var place = 0
        while place + 8 <= raw.count {
            mix(raw.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            place += 8
        }
        while place < raw.count {
            mix(UInt64(raw[place]))
            place += 1
        }
    }

    mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { add($0) }
    }

    private mutating func mix(_ word: UInt64) {
        value = (value ^ word) &* 0x0000_0100_0000_01B3
        // Words are wider than the prime's reach: fold the upper half down.
        value ^= value >> 32
    }

    var stored: Int64 { Int64(bitPattern: value) }
}
