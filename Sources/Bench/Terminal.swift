internal import Glibc
internal import Threads

/// Standard input, output and error as bytes. What cannot be written ends the command.
enum Terminal {
    /// Writes all of it, without a buffer of our own.
    static func write(_ bytes: [UInt8], to descriptor: Int32 = 1) {
        guard Descriptor.write(bytes, to: descriptor) else { exit(1) }
    }

    static func complain(_ text: String) { write(Array(text.utf8), to: 2) }

    /// The next line of standard input without its end; nil at the end of the input.
    static func readLineBytes() -> [UInt8]? {
        guard let line = readLine(strippingNewline: true) else { return nil }
        return Array(line.utf8)
    }

    /// A whole file; nil when it cannot be read.
    static func readFile(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        var room = fstat(descriptor, &status) == 0 ? max(Int(status.st_size), 0) + 1 : 0
        room = min(max(room, 1 << 12), 1 << 20)
        var content: [UInt8] = []
        while true {
            var failure: Int32 = 0
            let chunk = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                let got = read(descriptor, buffer.baseAddress, room)
                if got < 0 { failure = errno }
                count = max(got, 0)
            }
            if failure == EINTR { continue }
            guard failure == 0 else { return nil }
            if chunk.isEmpty { return content }
            if content.isEmpty { content = chunk } else { content += chunk }
        }
    }

    /// Processor seconds that this process has used.
    static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Milliseconds since the epoch.
    static var clockMilliseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
