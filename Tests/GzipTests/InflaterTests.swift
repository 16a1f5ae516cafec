import Gzip
import Testing

@Suite struct InflaterTests {
    /// `printf 'email\na@example.org\n' | gzip -n`
    private static let packed: [UInt8] = [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x4B, 0xCD, 0x4D, 0xCC, 0xCC,
        0xE1, 0x4A, 0x74, 0x48, 0xAD, 0x48, 0xCC, 0x2D, 0xC8, 0x49, 0xD5, 0xCB, 0x2F, 0x4A, 0xE7,
        0x02, 0x00,
    ]
    private static let text = "email\na@example.org\n"

    private func unpacked(_ pieces: some Sequence<[UInt8]>) throws -> String {
        let inflater = try Inflater()
        var out: [UInt8] = []
        for piece in pieces { try inflater.unpack(piece) { out += $0 } }
        try inflater.finish()
        return String(decoding: out, as: UTF8.self)
    }

    private static func whole() -> [UInt8] { packed + trailer }
    /// CRC-32 and length, as gzip wrote them.
    private static let trailer: [UInt8] = [0xC8, 0x96, 0xCB, 0x47, 0x14, 0x00, 0x00, 0x00]

    @Test("a packed file comes out as it was, however it is cut, one member or two")
    func unpacks() throws {
        let file = Self.whole()
        #expect(try unpacked([file]) == Self.text)
        #expect(try unpacked(file.map { [$0] }) == Self.text)
        #expect(try unpacked([file + file + [0, 0, 0]]) == Self.text + Self.text)
    }

    @Test("a file that is cut or damaged is refused")
    func damaged() throws {
        let file = Self.whole()
        #expect(throws: GzipError.truncated) { try unpacked([Array(file.dropLast(3))]) }
        #expect(throws: GzipError.truncated) { try unpacked([]) }
        for place in [2, 12, file.count - 6] {
            var other = file
            other[place] ^= 0x55
            #expect(throws: GzipError.damaged) { try unpacked([other]) }
        }
        #expect(throws: GzipError.damaged) { try unpacked([file + [1, 2, 3]]) }
    }
}
