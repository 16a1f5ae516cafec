internal import Glibc

/// Reads the Maildir that the sink fills, each message once.
struct LetterBox {
    private let directory: String
    private var seen: Set<String> = []
    /// By mailing, then by recipient.
    private(set) var mail: [String: [String: [ArrivedMail]]] = [:]

    /// `maildir` is the directory that has `new`.
    init(maildir: String) { directory = maildir + "/new" }

    /// How many messages of a mailing have been read.
    func count(of mailing: String) -> Int {
        mail[mailing, default: [:]].values.reduce(0) { $0 + $1.count }
    }

    /// Reads what has come since the last time.
    mutating func collect() {
        guard let folder = opendir(directory) else { return }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard !name.hasPrefix("."), seen.insert(name).inserted,
                let bytes = Self.read("\(directory)/\(name)")
            else { continue }
            let letter = ArrivedMail(bytes)
            let recipient = letter.headers["delivered-to"] ?? ""
            mail[letter.mailing, default: [:]][recipient, default: []].append(letter)
        }
    }

    private static func read(_ path: String) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { return nil }
        let size = Int(status.st_size)
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
            count = Glibc.read(file, buffer.baseAddress, size)
            filled = max(0, count)
        }
        return count == size ? bytes : nil
    }
}
