internal import Glibc

/// Unpacks a gzip file (RFC 1952) from pieces of any size, one member or several.
///
/// Not Sendable: one owner at a time.
package final class Inflater {
    /// `z_stream` of zlib.h on 64-bit Linux: next_in, avail_in, total_in, next_out, avail_out,
    /// total_out, msg, state, three functions, data_type, adler, reserved; each in 8 octets.
    private static let size = 112
    private static let pieceSize = 256 * 1024

    private let library: ZLib
    private let stream: UnsafeMutableRawPointer
    private var isBetweenMembers = true
    private var hasBegun = false

    /// Whether a file that begins with these two octets is packed.
    package static func isPacked(_ first: UInt8, _ second: UInt8) -> Bool {
        first == 0x1F && second == 0x8B
    }

    package init() throws(GzipError) {
        library = try ZLib.shared.get()
        stream = .allocate(byteCount: Self.size, alignment: 8)
        stream.initializeMemory(as: UInt8.self, repeating: 0, count: Self.size)
        // 15 bits of window, and 16 for gzip's own header and check sum. Any 1.x takes "1".
        guard library.begin(stream, 15 + 16, "1", Int32(Self.size)) == 0 else {
            stream.deallocate()
            throw .library
        }
    }

    deinit {
        _ = library.end(stream)
        stream.deallocate()
    }

    /// Unpacks the next octets, and hands on what comes out in pieces of at most 256 KB.
    package func unpack(_ bytes: [UInt8], _ body: ([UInt8]) throws -> Void) throws {
        var out = [UInt8](repeating: 0, count: Self.pieceSize)
        var taken = 0
        while taken < bytes.count {
            if isBetweenMembers {
                // Some writers fill the last block with zeros behind the last member.
                while hasBegun, taken < bytes.count, bytes[taken] == 0 { taken += 1 }
                guard taken < bytes.count else { return }
                if hasBegun, library.again(stream) != 0 { throw GzipError.damaged }
                hasBegun = true
                isBetweenMembers = false
            }
            let (code, used, made) = step(bytes, from: taken, into: &out)
            taken += used
            if made > 0 { try body(Array(out[..<made])) }
            switch code {
            case 0: break
            case 1: isBetweenMembers = true
            // Z_BUF_ERROR: no progress without more input.
            case -5 where taken == bytes.count: return
            default: throw GzipError.damaged
            }
        }
    }

    /// Nothing more will come.
    package func finish() throws(GzipError) {
        guard isBetweenMembers, hasBegun else { throw .truncated }
    }

    private func step(
        _ bytes: [UInt8], from start: Int, into out: inout [UInt8]
    ) -> (code: Int32, used: Int, made: Int) {
        bytes.withUnsafeBufferPointer { input in
            out.withUnsafeMutableBufferPointer { output in
                let available = min(input.count - start, Int(Int32.max))
                stream.storeBytes(
                    of: UInt(bitPattern: input.baseAddress! + start), as: UInt.self)
                stream.storeBytes(of: UInt32(available), toByteOffset: 8, as: UInt32.self)
                stream.storeBytes(
                    of: UInt(bitPattern: output.baseAddress!), toByteOffset: 24, as: UInt.self)
                stream.storeBytes(
                    of: UInt32(output.count), toByteOffset: 32, as: UInt32.self)
                let code = library.unpack(stream, 0)
                let left = Int(stream.load(fromByteOffset: 8, as: UInt32.self))
                let free = Int(stream.load(fromByteOffset: 32, as: UInt32.self))
                return (code, available - left, output.count - free)
            }
        }
    }
}
