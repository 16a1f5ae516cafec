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

    /// Writes all octets to an open file, however many calls that takes; false, with `errno` set,
    /// when not all could be written.
    package static func write(_ bytes: [UInt8], to file: Int32) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let put = Glibc.write(file, buffer.baseAddress! + done, buffer.count - done)
                if put < 0, errno == EINTR { continue }
                guard put > 0 else { return false }
                done += put
            }
            return true
        }
    }
}
