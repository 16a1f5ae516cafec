internal import CCurl
import Threads

/// libcurl's multi handle, with the sockets and the time it waits for put into our event loop.
///
/// It only matters while sessions open: then libcurl speaks. Belongs to the loop's thread; every
/// session opened through it keeps it, since its connections end with it.
final class Multi {
    let events: EventLoop
    /// Told when libcurl is through with a handle, outside its callbacks.
    var ended: (UnsafeMutableRawPointer, CURLcode) -> Void = { _, _ in }

    /// Where a session reads to; what it holds is used up before another one reads.
    let incoming = UnsafeMutableRawBufferPointer.allocate(byteCount: 16_384, alignment: 16)

    private let handle: OpaquePointer
    private var sockets: [Int32: Interest] = [:]
    /// When libcurl wants to be called.
    private(set) var nextTime = MonotonicTime.distantFuture

    /// More sessions than this at once and libcurl would close the oldest.
    private static let connectionLimit = 65_536

    /// Watches one socket while libcurl speaks on it.
    private final class Interest: EventHandler {
        private unowned let multi: Multi
        private let socket: Int32

        init(_ multi: Multi, _ socket: Int32) {
            self.multi = multi
            self.socket = socket
        }

        func ready(_ events: EventLoop.Events) {
            var mask: Int32 = 0
            if !events.isDisjoint(with: .read) { mask |= CURL_CSELECT_IN }
            if !events.isDisjoint(with: .write) { mask |= CURL_CSELECT_OUT }
            if !events.isDisjoint(with: .gone) { mask |= CURL_CSELECT_ERR }
            multi.act(socket, mask)
        }
    }

    /// Nil when libcurl cannot be initialised.
    init?(_ events: EventLoop) {
        guard Library.isReady, let handle = curl_multi_init() else { return nil }
        self.handle = OpaquePointer(handle)
        self.events = events
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = maild_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, Self.connectionLimit)
        _ = maild_curl_multi_watch_sockets(
            multi,
            { _, socket, what, context, _ in
                guard let context else { return 0 }
                Unmanaged<Multi>.fromOpaque(context).takeUnretainedValue().watch(socket, what)
                return 0
            }, context)
        _ = maild_curl_multi_watch_time(
            multi,
            { _, milliseconds, context in
                guard let context else { return 0 }
                Unmanaged<Multi>.fromOpaque(context).takeUnretainedValue().nextTime =
                    milliseconds < 0
                    ? .distantFuture : .after(milliseconds: Int64(milliseconds))
                return 0
            }, context)
    }

    deinit {
        for socket in sockets.keys { events.remove(socket) }
        curl_multi_cleanup(multi)
        incoming.deallocate()
    }

    private var multi: UnsafeMutableRawPointer { UnsafeMutableRawPointer(handle) }

    /// Begins to open a connection.
    func add(_ easy: UnsafeMutableRawPointer) -> Bool {
        curl_multi_add_handle(multi, easy) == CURLM_OK
    }

    /// Closes the handle's connection, open or opening.
    func remove(_ easy: UnsafeMutableRawPointer) {
        curl_multi_remove_handle(multi, easy)
    }

    /// Stops watching a socket on which from now on we speak.
    func release(_ socket: Int32) {
        if sockets.removeValue(forKey: socket) != nil { events.remove(socket) }
    }

    /// Calls libcurl when its time has come.
    func runDue() {
        guard nextTime <= .now() else { return }
        nextTime = .distantFuture
        act(CURL_SOCKET_TIMEOUT, 0)
    }

    private func act(_ socket: Int32, _ mask: Int32) {
        var running: Int32 = 0
        curl_multi_socket_action(multi, socket, mask, &running)
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle
            else { continue }
            ended(easy, message.pointee.data.result)
        }
    }

    private func watch(_ socket: Int32, _ what: Int32) {
        guard what != CURL_POLL_REMOVE else { return release(socket) }
        var interest: EventLoop.Events = []
        if what & CURL_POLL_IN != 0 { interest.insert(.read) }
        if what & CURL_POLL_OUT != 0 { interest.insert(.write) }
        if sockets[socket] != nil {
            events.change(socket, interest)
        } else {
            let handler = Interest(self, socket)
            if events.add(socket, interest, handler) { sockets[socket] = handler }
        }
    }
}
