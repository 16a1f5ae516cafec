internal import CCurl
internal import Glibc

/// Posts small bodies to other systems, one at a time, blocking its thread: a connection is kept
/// from one to the next. Belongs to one thread.
///
/// Certificates are verified; redirects are not followed, since a signature is meant for one
/// address; no proxy is taken from the surroundings; of an answer only the status is kept.
package final class HTTPPoster {
    /// What libcurl's callbacks look at.
    private final class Sink {
        var left = 0
        var isStopped: @Sendable () -> Bool

        init(_ isStopped: @escaping @Sendable () -> Bool) { self.isStopped = isStopped }
    }

    private static let connectSeconds = 5
    private static let transferSeconds = 10
    /// Octets of an answer that are read before the connection is cut.
    private static let answerLimit = 64 * 1024

    private let easy: UnsafeMutableRawPointer
    private let sink: Sink

    /// Nil when libcurl cannot be initialised.
    ///
    /// - Parameter isStopped: asked during a transfer; true breaks it off.
    package init?(isStopped: @escaping @Sendable () -> Bool) {
        guard Library.isReady, let easy = curl_easy_init() else { return nil }
        self.easy = easy
        sink = Sink(isStopped)
    }

    deinit { curl_easy_cleanup(easy) }

    /// Posts a body and returns the status of the answer. `headers` are whole lines without line
    /// ends, and made of nothing that somebody else wrote.
    ///
    /// - Parameter authoritiesFile: a PEM file of trusted authorities instead of the system's.
    package func post(
        _ body: [UInt8], to url: String, headers: [String], authoritiesFile: String? = nil
    ) throws(TransferFailure) -> Int {
        curl_easy_reset(easy)
        var list: UnsafeMutablePointer<curl_slist>?
        for header in headers { list = curl_slist_append(list, header) }
        defer { curl_slist_free_all(list) }
        set(url, authoritiesFile)
        _ = maild_curl_set_pointer(easy, CURLOPT_HTTPHEADER, list.map(UnsafeMutableRawPointer.init))
        _ = maild_curl_set_long(easy, CURLOPT_POST, 1)
        _ = maild_curl_set_long(easy, CURLOPT_POSTFIELDSIZE, body.count)
        // Copied by libcurl, so the array may go.
        body.withUnsafeBytes { bytes in
            _ = maild_curl_set_pointer(
                easy, CURLOPT_COPYPOSTFIELDS,
                UnsafeMutableRawPointer(mutating: bytes.baseAddress))
        }
        sink.left = Self.answerLimit
        let code = curl_easy_perform(easy)
        var status = 0
        _ = maild_curl_get_response(easy, &status)
        // A long answer was cut off by us: its status is an answer too.
        if code == CURLE_OK || code == CURLE_WRITE_ERROR && status > 0 { return status }
        throw TransferFailure(
            operation: "call", reason: Library.text(of: code), code: 0, isRefusal: false)
    }

    private func set(_ url: String, _ authoritiesFile: String?) {
        let context = Unmanaged.passUnretained(sink).toOpaque()
        _ = maild_curl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        _ = maild_curl_set_long(easy, CURLOPT_CONNECTTIMEOUT, Self.connectSeconds)
        _ = maild_curl_set_long(easy, CURLOPT_TIMEOUT, Self.transferSeconds)
        _ = maild_curl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
        _ = maild_curl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        _ = maild_curl_set_string(easy, CURLOPT_PROXY, "")
        _ = maild_curl_set_string(easy, CURLOPT_URL, url)
        if let authoritiesFile {
            _ = maild_curl_set_string(easy, CURLOPT_CAINFO, authoritiesFile)
        }
        _ = maild_curl_set_pointer(easy, CURLOPT_WRITEDATA, context)
        _ = maild_curl_set_data_callback(easy, CURLOPT_WRITEFUNCTION) { _, size, n, context in
            guard let context else { return 0 }
            let sink = Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
            let count = size * n
            sink.left -= count
            return sink.left < 0 ? 0 : count
        }
        _ = maild_curl_watch_progress(
            easy,
            { context, _, _, _, _ in
                guard let context else { return 0 }
                return Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue().isStopped()
                    ? 1 : 0
            }, context)
    }
}
