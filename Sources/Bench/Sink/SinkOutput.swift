internal import Glibc
internal import JSON
internal import Threads

/// Where a sink leaves what it took: a record file and a Maildir, both optional.
///
/// A message stands in both when the client hears that it was taken, unless the disk fails: then
/// the first error is said on standard error and the sink goes on.
struct SinkOutput: Sendable {
    private let maildir: String?
    private let record: Int32
    private var lines: [UInt8] = []
    private var count = 0
    private var hasComplained = false

    init(maildir: String?, record path: String?) throws(Sink.Failure) {
        self.maildir = maildir
        if let maildir {
            for directory in [maildir, "\(maildir)/tmp", "\(maildir)/new", "\(maildir)/cur"]
            where mkdir(directory, 0o755) != 0 && errno != EEXIST {
                throw Sink.Failure(description: "cannot make \(directory): error \(errno)")
            }
        }
        record = path.map { open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644) } ?? -1
        if let path, record < 0 {
            throw Sink.Failure(description: "cannot write \(path): error \(errno)")
        }
    }

    mutating func add(_ delivery: SinkSession.Delivery) {
        if record >= 0 {
            lines += delivery.envelope.json.bytes
            lines.append(0x0A)
        }
        if let maildir { keep(delivery, in: maildir) }
    }

    mutating func flush() {
        guard !lines.isEmpty else { return }
        if !Descriptor.write(lines, to: record) { complain("record") }
        lines.removeAll(keepingCapacity: true)
    }

    func close() {
        if record >= 0 { _ = Glibc.close(record) }
    }

    private mutating func keep(_ delivery: SinkSession.Delivery, in maildir: String) {
        count += 1
        let name = "\(time(nil)).P\(getpid())Q\(count).sink"
        let file = open("\(maildir)/tmp/\(name)", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard file >= 0 else { return complain("Maildir") }
        var bytes: [UInt8] = []
        bytes += Array("Return-Path: <\(delivery.envelope.sender)>\r\n".utf8)
        for recipient in delivery.envelope.recipients {
            bytes += Array("Delivered-To: \(recipient)\r\n".utf8)
        }
        bytes += delivery.content
        let isWritten = Descriptor.write(bytes, to: file)
        _ = Glibc.close(file)
        if !isWritten || rename("\(maildir)/tmp/\(name)", "\(maildir)/new/\(name)") != 0 {
            complain("Maildir")
        }
    }

    private mutating func complain(_ what: String) {
        guard !hasComplained else { return }
        hasComplained = true
        let text = "sink: cannot write the \(what): error \(errno)\n"
        _ = Glibc.write(2, text, text.utf8.count)
    }
}
