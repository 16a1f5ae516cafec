internal import CLinux
internal import Glibc
import Threads

/// The file of a UNIX socket that listens here.
struct SocketFile: Sendable {
    private let path: String?
    private let device: UInt
    private let inode: UInt

    /// Remembers which file stands at the path now; nil is a socket without a file of ours.
    init(path: String?) {
        self.path = path
        var status = stat()
        if let path, lstat(path, &status) == 0 {
            device = UInt(status.st_dev)
            inode = UInt(status.st_ino)
        } else {
            (device, inode) = (0, 0)
        }
    }

    /// Removes the file unless it is another one by now.
    func remove() {
        var status = stat()
        guard let path, lstat(path, &status) == 0, UInt(status.st_dev) == device,
            UInt(status.st_ino) == inode
        else { return }
        _ = unlink(path)
    }

    /// Removes a socket file at which nobody listens. Throws when somebody does, or when the file is
    /// no socket.
    static func removeStale(_ path: String, _ address: SocketAddress) throws(SystemError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw SystemError("\(path) exists and is not a socket", code: 0)
        }
        let probe = try Descriptor(maild_stream_socket(AF_UNIX), "try \(path)")
        if address.withPointer({ connect(probe.number, $0, $1) }) == 0 || errno == EAGAIN {
            throw SystemError("another process listens on \(path)", code: 0)
        }
        guard errno == ECONNREFUSED else { throw .last("try \(path)") }
        guard unlink(path) == 0 else { throw .last("remove the stale socket \(path)") }
    }
}
