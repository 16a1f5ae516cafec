/// Base64 (RFC 2045 §6.8).
package enum Base64 {
    /// Octets of input that make a line of 76.
    private static let lineInput = 57

    /// Appends the bytes without line ends, padded.
    package static func append(_ bytes: ArraySlice<UInt8>, to out: inout [UInt8]) {
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let left = bytes.endIndex - index
            let a = UInt32(bytes[index])
            let b = left > 1 ? UInt32(bytes[index + 1]) : 0
            let c = left > 2 ? UInt32(bytes[index + 2]) : 0
            let group = a << 16 | b << 8 | c
            out.append(alphabet[Int(group >> 18)])
            out.append(alphabet[Int(group >> 12 & 63)])
            out.append(left > 1 ? alphabet[Int(group >> 6 & 63)] : UInt8(ascii: "="))
            out.append(left > 2 ? alphabet[Int(group & 63)] : UInt8(ascii: "="))
            index += 3
        }
    }

    /// Appends the bytes in lines of 76 octets, each with its line end.
    static func appendLines(_ bytes: [UInt8], to out: inout [UInt8]) {
        var start = 0
        while start < bytes.count {
            let end = min(start + lineInput, bytes.count)
            append(bytes[start..<end], to: &out)
            out.append(0x0D)
            out.append(0x0A)
            start = end
        }
    }

    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
}
