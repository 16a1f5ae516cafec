internal import Glibc
internal import JSON
internal import Threads

/// A small scriptable SMTP server on the loopback: takes mail, delays, refuses or drops as its rules
/// say, and records every message it took *before* it says so, in a file that outlives us.
///
/// One thread, one poll loop; at most 1,000 connections at once, later ones get 421.
package final class Sink: Sendable {
    package struct Options: Sendable {
        /// A numeric IPv4 address.
        package var address = "127.0.0.1"
        /// 0 picks a free port.
        package var port: UInt16 = 0
        /// A directory that becomes a Maildir; nil keeps no messages.
        package var maildir: String?
        /// A file that gets one JSON line a message, appended.
        package var record: String?
        package var rules = SinkRules.none
        package var pipelining = true
        package var smtpUTF8 = false
        package var dsn = true
        /// Octets; nil leaves SIZE out.
        package var sizeLimit: Int? = 52_428_800
        /// Milliseconds between a command and its answer, as a long line would add them.
        package var latency: Int64 = 0
        /// Milliseconds after which a connection that says nothing gets 421; nil: never.
        package var idle: Int64?
        /// Whether envelopes are kept in memory too.
        package var keepsEnvelopes = true

        package init() {}
    }

    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    package struct Statistics: Hashable, Sendable {
        package var connections = 0
        package var open = 0
        package var mostOpen = 0
        package var messages = 0
    }

    struct Shared {
        var envelopes: [SinkEnvelope] = []
        var statistics = Statistics()
        var newRules: SinkRules?
        var isStopping = false
    }

    /// The port it listens on.
    package let port: UInt16
    let shared = Monitor(Shared())
    private let thread: WorkThread
    private let wakeup: Int32

    /// Listens and starts.
    package init(_ options: Options) throws(Failure) {
        let listener = try Self.listen(options)
        port = Self.port(of: listener)
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw Failure(description: "no pipe: error \(errno)") }
        wakeup = ends[1]
        let output = try SinkOutput(maildir: options.maildir, record: options.record)
        let wake = ends[0]
        let shared = shared
        thread = WorkThread("sink") {
            var loop = SinkLoop(
                options: options, listener: listener, wake: wake, output: output, shared: shared)
            loop.run()
        }
    }

    /// Closes all connections and ends the thread.
    package func stop() {
        shared.update { $0.isStopping = true }
        var byte: UInt8 = 0
        _ = write(wakeup, &byte, 1)
        thread.join()
    }

    deinit { close(wakeup) }

    /// What was taken so far, in order.
    package var envelopes: [SinkEnvelope] { shared.withLock { $0.envelopes } }

    package var statistics: Statistics { shared.withLock { $0.statistics } }

    /// Waits until `count` messages were taken; false when `milliseconds` pass before that.
    package func waitForMessages(_ count: Int, milliseconds: Int64) -> Bool {
        shared.wait(until: .after(milliseconds: milliseconds)) {
            $0.statistics.messages >= count ? true : nil
        } ?? false
    }

    /// Other rules from now on, with counts that start anew.
    package func change(_ rules: SinkRules) {
        shared.update { $0.newRules = rules }
    }

    private static func listen(_ options: Options) throws(Failure) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = options.port.bigEndian
        guard inet_pton(AF_INET, options.address, &address.sin_addr) == 1 else {
            throw Failure(description: "'\(options.address)' is no IPv4 address")
        }
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard listener >= 0 else { throw Failure(description: "no socket: error \(errno)") }
        var on: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, size) }
        }
        guard bound == 0, Glibc.listen(listener, 512) == 0 else {
            let error = errno
            close(listener)
            throw Failure(
                description: "cannot listen on \(options.address):\(options.port): error \(error)")
        }
        _ = fcntl(listener, F_SETFL, O_NONBLOCK)
        return listener
    }

    private static func port(of listener: Int32) -> UInt16 {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            _ = $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(listener, $0, &size)
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }
}
