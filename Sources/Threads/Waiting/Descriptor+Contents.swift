internal import Glibc

extension Descriptor {
    /// What an open file holds from here on, `maximum` octets at most; nil, with `errno` set, when
    /// it cannot be read. Who must notice more than is allowed asks for one octet more.
    package static func contents(of file: Int32, atMost maximum: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: maximum)
        var count = 0
        while count < maximum {
            let got = bytes.withUnsafeMutableBytes {
                Glibc.read(file, $0.baseAddress! + count, maximum - count)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { return nil }
            if got == 0 { break }
            count += got
        }
        bytes.removeLast(maximum - count)
        return bytes
    }
}
