internal import CCurl
import Core
import SMTP
import Threads

/// One connection to a relay. libcurl resolves, connects, greets, starts TLS and logs in
/// (`CURLOPT_CONNECT_ONLY`); then the session carries whatever bytes it is given, both ways, without
/// blocking.
///
/// Made by a `SessionLoop`, and belongs to its thread. One write at a time: after `begin`, call
/// `flush` until it is through. No QUIT is said on close: that is the transaction machine's to say.
package final class SMTPSession {
    typealias Code = CURLcode

    private let handle: OpaquePointer
    private let multi: Multi
    private let relay: Relay
    private let notes = Notes()
    /// The bytes being written, and how many of them were taken.
    private var outgoing: [UInt8] = []
    private var start = 0
    /// The same bytes under TLS. Allocated, because after CURLE_AGAIN OpenSSL insists on the same
    /// pointer and length; in the clear the kernel takes them from where they are.
    private var encrypting: UnsafeMutableRawBufferPointer?
    /// Where libcurl leaves what exactly was wrong; it wants CURL_ERROR_SIZE bytes.
    private let details = UnsafeMutablePointer<CChar>.allocate(capacity: 256)
    package private(set) var isOpen = false
    /// -1 before it is open.
    private var descriptor: Int32 = -1

    /// What the callback reaches while libcurl speaks.
    private final class Notes {
        var handshake = Handshake()
    }

    init(_ relay: Relay, _ multi: Multi) throws(SessionFailure) {
        guard let handle = curl_easy_init() else {
            throw SessionFailure(
                kind: .configuration, stage: .connect, reason: "libcurl cannot be initialised")
        }
        self.handle = OpaquePointer(handle)
        self.multi = multi
        self.relay = relay
        details.initialize(repeating: 0, count: 256)
        try configure()
    }

    deinit {
        multi.remove(easy)
        curl_easy_cleanup(easy)
        encrypting?.deallocate()
        details.deallocate()
    }

    var easy: UnsafeMutableRawPointer { UnsafeMutableRawPointer(handle) }

    /// What the server offered in its last EHLO.
    package var capabilities: Capabilities { notes.handshake.capabilities }

    /// Takes over from libcurl, which is through with connecting, greeting, TLS and login.
    func opened(_ code: Code) throws(SessionFailure) {
        guard code == CURLE_OK else { throw failure(code) }
        var socket: curl_socket_t = -1
        guard maild_curl_get_socket(easy, &socket) == CURLE_OK, socket >= 0 else {
            throw SessionFailure(
                kind: .network, stage: .connect, reason: "the connection was gone at once")
        }
        // To libcurl, credentials for which no AUTH was offered are no failure.
        if relay.credentials != nil, notes.handshake.stage != .mail {
            throw SessionFailure(
                kind: .login, stage: .auth,
                reason: "the relay offers no AUTH that could be used, but credentials are set")
        }
        if relay.tls == .require, !notes.handshake.isTLSStarted {
            throw SessionFailure(
                kind: .tls, stage: .starttls, reason: "TLS is required and was not started")
        }
        multi.release(socket)
        descriptor = socket
        isOpen = true
    }

    // MARK: - Waiting

    /// Has `handler` told when there is something to read.
    func watch(_ handler: any EventHandler) -> Bool {
        multi.events.add(descriptor, .read, handler)
    }

    /// Also has it told, or no longer, when something can be written.
    func watchWriting(_ isWanted: Bool) {
        multi.events.change(descriptor, isWanted ? [.read, .write] : .read)
    }

    func unwatch() { multi.events.remove(descriptor) }

    // MARK: - Carrying

    /// Whether bytes of the last `begin` have not been taken yet.
    package var isWriting: Bool { start < outgoing.count }

    /// Takes bytes to write. Nothing of an earlier `begin` may be left.
    package func begin(_ bytes: [UInt8]) {
        precondition(!isWriting, "one write at a time")
        outgoing = bytes
        start = 0
        guard relay.tls != .off else { return }
        if encrypting?.count ?? 0 < bytes.count {
            encrypting?.deallocate()
            encrypting = .allocate(byteCount: bytes.count, alignment: 16)
        }
        encrypting?.copyBytes(from: bytes)
    }

    /// Hands over what the connection takes now; the number of bytes, 0 when it takes none yet.
    package func flush() throws(SessionFailure) -> Int {
        guard isOpen, isWriting else { return 0 }
        let (code, sent) =
            if let encrypting {
                send(UnsafeRawBufferPointer(rebasing: encrypting[start..<outgoing.count]))
            } else {
                outgoing.withUnsafeBytes { send(UnsafeRawBufferPointer(rebasing: $0[start...])) }
            }
        if code == CURLE_AGAIN { return 0 }
        guard code == CURLE_OK else { throw broken(code, "writing") }
        start += sent
        if !isWriting {
            outgoing = []
            start = 0
        }
        return sent
    }

    /// The only caller of `curl_easy_send` there is.
    private func send(_ bytes: UnsafeRawBufferPointer) -> (CURLcode, Int) {
        var sent = 0
        return (curl_easy_send(easy, bytes.baseAddress, bytes.count, &sent), sent)
    }

    /// Hands everything that has come to `take`, in pieces; false at the end of the stream.
    /// Reads until libcurl has nothing more, since decrypted bytes show in no poll; in the clear
    /// the loop tells of whatever a short read leaves.
    package func receive(_ take: (UnsafeRawBufferPointer) -> Void) throws(SessionFailure) -> Bool {
        guard isOpen else { return false }
        let incoming = multi.incoming
        while true {
            var count = 0
            let code = curl_easy_recv(easy, incoming.baseAddress, incoming.count, &count)
            if code == CURLE_AGAIN { return true }
            guard code == CURLE_OK else { throw broken(code, "reading") }
            guard count > 0 else {
                isOpen = false
                return false
            }
            take(UnsafeRawBufferPointer(rebasing: incoming[..<count]))
            if relay.tls == .off, count < incoming.count { return true }
        }
    }

    private func broken(_ code: CURLcode, _ doing: String) -> SessionFailure {
        isOpen = false
        return SessionFailure(
            kind: .network, stage: .connect, reason: "\(doing) failed: \(Library.text(of: code))")
    }
}

extension SMTPSession {
    private func configure() throws(SessionFailure) {
        guard let url = relay.url else {
            throw SessionFailure(
                kind: .configuration, stage: .connect,
                reason: "the relay's host or our own name is no host name")
        }
        set(CURLOPT_URL, url)
        set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        set(CURLOPT_CONNECT_ONLY, 1)
        set(CURLOPT_NOSIGNAL, 1)
        // Giving up must not wait for the resolver.
        set(CURLOPT_QUICK_EXIT, 1)
        // A proxy from the environment must not see mail.
        set(CURLOPT_PROXY, "")
        set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(relay.connectTimeout))
        set(CURLOPT_SERVER_RESPONSE_TIMEOUT, max(1, milliseconds(relay.responseTimeout) / 1000))
        set(
            CURLOPT_USE_SSL,
            Int(relay.tls == .off ? CURLUSESSL_NONE.rawValue : CURLUSESSL_ALL.rawValue))
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        if let file = relay.authoritiesFile { set(CURLOPT_CAINFO, file) }
        // Without a directory the parsed authorities are kept between connections.
        maild_curl_set_string(easy, CURLOPT_CAPATH, nil)
        if let certificate = relay.certificate {
            set(CURLOPT_SSLCERT, certificate.file)
            set(CURLOPT_SSLKEY, certificate.keyFile)
        }
        if let credentials = relay.credentials {
            set(CURLOPT_USERNAME, credentials.user)
            set(CURLOPT_PASSWORD, credentials.password)
        }
        let context = Unmanaged.passUnretained(notes).toOpaque()
        maild_curl_set_data_callback(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            let length = size * count
            guard let bytes, let context else { return length }
            let notes = Unmanaged<Notes>.fromOpaque(context).takeUnretainedValue()
            notes.handshake.read(
                line: Array(UnsafeRawBufferPointer(start: bytes, count: min(length, 16_384))))
            return length
        }
        maild_curl_set_pointer(easy, CURLOPT_HEADERDATA, context)
        maild_curl_set_pointer(easy, CURLOPT_ERRORBUFFER, details)
    }

    private func set(_ option: CURLoption, _ value: String) {
        maild_curl_set_string(easy, option, value)
    }

    private func set(_ option: CURLoption, _ value: Int) {
        maild_curl_set_long(easy, option, value)
    }

    private func milliseconds(_ span: TimeSpan) -> Int {
        Int(min(max(span.milliseconds, 1), 3_600_000))
    }

    /// Says at which stage and why `curl_easy_perform` gave up.
    private func failure(_ code: CURLcode) -> SessionFailure {
        let handshake = notes.handshake
        var found = SessionFailure(
            kind: .network, stage: handshake.stage, reason: Library.text(of: code),
            reply: handshake.lastReply.flatMap { $0.code >= 400 ? $0 : nil })
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT: found.stage = .connect
        case CURLE_WEIRD_SERVER_REPLY, CURLE_REMOTE_ACCESS_DENIED: found.kind = .refused
        case CURLE_USE_SSL_FAILED:
            found.kind = .tls
            found.stage = .starttls
            if !handshake.capabilities.startTLS {
                found.reason = "the relay does not offer STARTTLS, and TLS is required"
            }
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_CIPHER, CURLE_SSL_CERTPROBLEM, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_ENGINE_INITFAILED:
            found.kind = .tls
            found.stage = .starttls
            // "certificate has expired" helps more than that verification failed.
            let exact = String(cString: details)
            if !exact.isEmpty { found.reason = exact }
        case CURLE_LOGIN_DENIED:
            found.kind = .login
            found.stage = .auth
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_OUT_OF_MEMORY,
            CURLE_UNKNOWN_OPTION, CURLE_NOT_BUILT_IN:
            found.kind = .configuration
        default: break
        }
        if found.reply != nil, found.kind == .network { found.kind = .refused }
        return found
    }
}
