import Bench
import Glibc

/// A file system of a few megabytes that a test fills up; only root may make one.
final class SmallDisk {
    let directory: TemporaryDirectory

    static let isPossible: Bool = {
        (try? SmallDisk("maild-trial", bytes: 1 << 20)) != nil
    }()

    struct Failure: Error {
        let errno: Int32
    }

    init(_ name: String, bytes: Int) throws {
        directory = TemporaryDirectory(name)
        guard mount("tmpfs", directory.path, "tmpfs", 0, "size=\(bytes)") == 0 else {
            throw Failure(errno: errno)
        }
    }

    deinit { umount2(directory.path, Int32(MNT_DETACH)) }

    private var ballast: String { directory.path + "/ballast" }

    /// Takes whatever room is left.
    func fill() {
        let file = open(ballast, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        defer { close(file) }
        let piece = [UInt8](repeating: 0, count: 4096)
        while write(file, piece, piece.count) > 0 {}
    }

    /// Gives it back.
    func empty() { unlink(ballast) }
}
