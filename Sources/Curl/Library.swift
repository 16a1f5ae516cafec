internal import CCurl
internal import Glibc

/// libcurl's process-wide part.
enum Library {
    /// Initialises libcurl once. With `NOSIGNAL` set it does not guard OpenSSL's writes against
    /// SIGPIPE, so the signal is ignored for the whole process; a write then fails with EPIPE.
    static let isReady: Bool = {
        signal(SIGPIPE, SIG_IGN)
        return maild_curl_global_init() == CURLE_OK
    }()

    static func text(of code: CURLcode) -> String {
        curl_easy_strerror(code).map { String(cString: $0) } ?? "error \(code.rawValue)"
    }
}
