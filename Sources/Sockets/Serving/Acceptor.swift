internal import CLinux
internal import Glibc
import Threads

/// Takes the connections of one listener. On the loop's thread.
final class Acceptor: EventHandler {
    private unowned let core: HTTPServerCore
    private let listener: Listener
    private var isWatched = false

    /// Connections taken before others get their turn.
    private static let burst = 64

    init(core: HTTPServerCore, listener: Listener) {
        self.core = core
        self.listener = listener
    }

    func resume() {
        guard !isWatched else { return }
        isWatched = core.loop.add(listener.socket.number, .read, self)
    }

    func ready(_ events: EventLoop.Events) {
        for _ in 0..<Self.burst {
            guard let (number, address) = listener.accept() else {
                // Out of descriptors or memory: asking again at once would only spin. The next tick
                // resumes.
                if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) { pause() }
                return
            }
            guard let descriptor = try? Descriptor(number, "accept") else { return }
            core.admit(descriptor, address, isLocal: listener.isLocal)
        }
    }

    private func pause() {
        guard isWatched else { return }
        core.loop.remove(listener.socket.number)
        isWatched = false
    }

    /// Listens no more, even when somebody else still holds the listener.
    func end() {
        pause()
        listener.removeFile()
        guard !listener.isAdopted else { return }
        _ = shutdown(listener.socket.number, Int32(SHUT_RDWR))
    }
}
