internal import CCurl
internal import Glibc
import Threads

/// A libcurl handle whose transfers block the calling thread, for mail that comes or goes in small
/// numbers. The connection stays open between transfers and ends with the handle.
///
/// Mail to recipients never goes this way: see `SMTPSession`. Belongs to one thread.
final class Transfer {
    private let easy: UnsafeMutableRawPointer
    private let operationName: String
    private let sink = Sink()
    /// What libcurl makes of a no.
    private static let refusals = [
        CURLE_QUOTE_ERROR, CURLE_WEIRD_SERVER_REPLY, CURLE_REMOTE_FILE_NOT_FOUND,
    ]
    /// What a transfer may take.
    private static let transferSeconds = 120
    private static let connectSeconds = 30

    /// What libcurl's callbacks write to and read from.
    private final class Sink {
        var received: [UInt8] = []
        var limit = 0
        var outgoing: [UInt8] = []
        var sent = 0
        var isStopped: @Sendable () -> Bool = { false }
    }

    /// Nil when libcurl cannot be initialised.
    init?(_ name: String, isStopped: @escaping @Sendable () -> Bool) {
        guard Library.isReady, let easy = curl_easy_init() else { return nil }
        self.easy = easy
        operationName = name
        sink.isStopped = isStopped
    }

    deinit { curl_easy_cleanup(easy) }

    func set(_ option: CURLoption, _ value: Int) {
        _ = maild_curl_set_long(easy, option, value)
    }

    func set(_ option: CURLoption, _ value: String) {
        _ = maild_curl_set_string(easy, option, value)
    }

    /// Forgets the options of the last transfer; the connection stays.
    func reset(tls: MailboxAccount.TLS, authoritiesFile: String?) {
        curl_easy_reset(easy)
        let context = Unmanaged.passUnretained(sink).toOpaque()
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_CONNECTTIMEOUT, Self.connectSeconds)
        set(CURLOPT_TIMEOUT, Self.transferSeconds)
        set(CURLOPT_SERVER_RESPONSE_TIMEOUT, Self.connectSeconds)
        set(CURLOPT_PROTOCOLS_STR, "imap,imaps,pop3,pop3s,smtp,smtps")
        // Nothing of the process's surroundings decides where mail goes.
        set(CURLOPT_PROXY, "")
        if tls == .require { set(CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue)) }
        if let authoritiesFile { set(CURLOPT_CAINFO, authoritiesFile) }
        _ = maild_curl_set_pointer(easy, CURLOPT_WRITEDATA, context)
        _ = maild_curl_set_data_callback(easy, CURLOPT_WRITEFUNCTION) { bytes, size, n, context in
            guard let bytes, let context else { return 0 }
            let sink = Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
            let count = size * n
            let room = min(count, max(0, sink.limit - sink.received.count))
            sink.received += UnsafeRawBufferPointer(start: bytes, count: room)
            // What is over the limit is read and thrown away, so that the dialogue goes on.
            return count
        }
        _ = maild_curl_watch_progress(
            easy,
            { context, _, _, _, _ in
                guard let context else { return 0 }
                return Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue().isStopped()
                    ? 1 : 0
            }, context)
    }

    /// The next transfer sends these bytes.
    func upload(_ bytes: [UInt8]) {
        sink.outgoing = bytes
        sink.sent = 0
        set(CURLOPT_UPLOAD, 1)
        _ = maild_curl_set_pointer(
            easy, CURLOPT_READDATA, Unmanaged.passUnretained(sink).toOpaque())
        _ = maild_curl_set_data_callback(easy, CURLOPT_READFUNCTION) { buffer, size, n, context in
            guard let buffer, let context else { return 0 }
            let sink = Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
            let count = min(size * n, sink.outgoing.count - sink.sent)
            sink.outgoing.withUnsafeBytes {
                _ = memcpy(buffer, $0.baseAddress! + sink.sent, count)
            }
            sink.sent += count
            return count
        }
    }

    /// Who the next transfer's mail is from (empty: nobody) and to.
    func perform(_ what: String, from: String, to: String) throws(TransferFailure) {
        let list = curl_slist_append(nil, "<\(to)>")
        defer { curl_slist_free_all(list) }
        set(CURLOPT_MAIL_FROM, "<\(from)>")
        _ = maild_curl_set_pointer(
            easy, CURLOPT_MAIL_RCPT, list.map { UnsafeMutableRawPointer($0) })
        _ = try perform(what, limit: 0)
    }

    /// Carries the transfer out and returns what came, at most `limit` bytes of it.
    func perform(_ what: String, limit: Int) throws(TransferFailure) -> [UInt8] {
        sink.received = []
        sink.limit = limit
        let code = curl_easy_perform(easy)
        guard code == CURLE_OK else {
            var response = 0
            _ = maild_curl_get_response(easy, &response)
            throw TransferFailure(
                operation: "\(operationName): \(what)", reason: Library.text(of: code),
                code: response,
                isRefusal: Self.refusals.contains(code))
        }
        defer { sink.received = [] }
        return sink.received
    }
}
