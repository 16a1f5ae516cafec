import Testing

@testable import Message

@Suite struct EightBytesTests {
    @Test("Every byte at every place among every neighbour is judged as one by one")
    func exhaustive() {
        for neighbour: UInt8 in [0x00, 0x0D, 0x20, 0x3D, 0x41, 0x7E, 0x7F, 0x80, 0xFF] {
            for place in 0..<8 {
                for byte in UInt8.min...UInt8.max {
                    var bytes = [UInt8](repeating: neighbour, count: 8)
                    bytes[place] = byte
                    let good = bytes.withUnsafeBufferPointer { buffer in
                        let eight = EightBytes(buffer, at: 0)
                        return eight.hasByte(below: 0x0E) == bytes.contains { $0 < 0x0E }
                            && eight.hasByte(below: 0x20) == bytes.contains { $0 < 0x20 }
                            && eight.count(from: 0x0E)
                                == bytes.firstIndex { $0 < 0x0E || $0 >= 0x80 } ?? 8
                            && eight.hasDeleteOrAbove == bytes.contains { $0 >= 0x7F }
                            && eight.has(0x3D) == bytes.contains(0x3D)
                    }
                    guard good else {
                        Issue.record("\(bytes)")
                        return
                    }
                }
            }
        }
    }
}
