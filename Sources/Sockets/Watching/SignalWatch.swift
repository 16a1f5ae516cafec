internal import CLinux
internal import Glibc
import Threads

/// Hands the daemon's signals to one thread that asks for them, instead of interrupting any.
package final class SignalWatch: Sendable {
    package enum Signal: Hashable, Sendable, CaseIterable {
        case terminate, interrupt, hangup

        var number: Int32 {
            switch self {
            case .terminate: SIGTERM
            case .interrupt: SIGINT
            case .hangup: SIGHUP
            }
        }
    }

    private let descriptor: Descriptor
    private let wakeup: Wakeup

    /// Blocks the signals in the calling thread and all that it starts: make it before any other
    /// thread exists.
    package init(_ signals: [Signal] = Signal.allCases) throws(SystemError) {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal.number) }
        guard pthread_sigmask(SIG_BLOCK, &set, nil) == 0 else {
            throw SystemError("cannot block signals", code: 0)
        }
        descriptor = try Descriptor(
            signalfd(-1, &set, Int32(SFD_NONBLOCK) | Int32(SFD_CLOEXEC)),
            "watch for signals")
        wakeup = try Wakeup()
    }

    /// The next signal; nil when `milliseconds` have passed or `wake` was called.
    package func next(within milliseconds: Int32) -> Signal? {
        guard waitReadable([descriptor.number, wakeup.descriptor], milliseconds) else { return nil }
        wakeup.clear()
        var info = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        guard read(descriptor.number, &info, size) == size else { return nil }
        return Signal.allCases.first { UInt32($0.number) == info.ssi_signo }
    }

    /// Makes `next` return early, from any thread.
    package func wake() {
        wakeup.signal()
    }
}

/// Waits until one of the descriptors can be read; false when the time has passed. Below 0 is for
/// ever.
func waitReadable(_ descriptors: [Int32], _ milliseconds: Int32) -> Bool {
    var list = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    return poll(&list, nfds_t(list.count), milliseconds) > 0
}
