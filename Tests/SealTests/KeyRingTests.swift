import Glibc
import Testing

@testable import Seal

@Suite final class KeyRingTests {
    let directory: String
    var path: String { directory + "/maild.keys" }

    init() throws {
        var template = Array("/tmp/maild-keys-XXXXXX".utf8CString)
        directory = String(cString: try #require(mkdtemp(&template)))
    }

    deinit {
        for name in ["maild.keys", "maild.keys.new", "other"] { unlink("\(directory)/\(name)") }
        rmdir(directory)
    }

    func write(_ text: String, mode: mode_t = 0o600) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        #expect(Glibc.write(file, text, text.utf8.count) == text.utf8.count)
        fchmod(file, mode)
        close(file)
    }

    func failure(makingIfAbsent: Bool = false) -> SealError? {
        do throws(SealError) {
            _ = try KeyRing.load(path: path, makingIfAbsent: makingIfAbsent)
            return nil
        } catch { return error }
    }

    @Test("is made at first start, closed to others, and read again as it was")
    func first() throws {
        let made = try KeyRing.load(path: path, makingIfAbsent: true)
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        let read = try KeyRing.load(path: path, makingIfAbsent: false)
        #expect(read.keys.map(\.number) == [1])
        #expect(read.signing.secret == made.signing.secret)
        #expect(access(path + ".new", F_OK) != 0)
    }

    @Test("is not made anew while the store holds deliveries")
    func missing() {
        #expect(failure() == .keysMissing(path: path))
        #expect(access(path, F_OK) != 0)
    }

    @Test("a rotation keeps the old keys and is durable")
    func rotation() throws {
        let first = try KeyRing.load(path: path, makingIfAbsent: true)
        let second = try first.rotate(path: path)
        let read = try KeyRing.load(path: path, makingIfAbsent: false)
        #expect(read.keys.map(\.number) == [1, 2])
        #expect(read.signing.secret == second.signing.secret)
        #expect(read.keys[0].secret == first.signing.secret)
    }

    @Test("key numbers wrap around and skip those in use, until none is left")
    func numbers() throws {
        let secret = [UInt8](repeating: 0, count: 32)
        let ring = KeyRing(keys: [
            .init(number: 0, secret: secret), .init(number: 255, secret: secret),
        ])
        #expect(try ring.rotated().signing.number == 1)
        let full = KeyRing(keys: (0...255).map { .init(number: $0, secret: secret) })
        #expect(throws: SealError.keysExhausted) { try full.rotated() }
    }

    @Test("a file that others may read is refused", arguments: [0o640, 0o604, 0o620, 0o660])
    func exposed(_ mode: mode_t) {
        write("1 \(String(repeating: "0f", count: 32))\n", mode: mode)
        #expect(failure() == .keysExposed(path: path, reason: "may be read or written by others"))
    }

    @Test("a link or a directory in its place is refused")
    func notAFile() {
        #expect(symlink("other", path) == 0)
        #expect(
            failure(makingIfAbsent: true) == .keysExposed(path: path, reason: "is a symbolic link"))
        unlink(path)
        #expect(mkdir(path, 0o700) == 0)
        #expect(failure() == .keysExposed(path: path, reason: "is no regular file"))
        rmdir(path)
    }

    @Test(
        "a damaged file is refused by line",
        arguments: [
            ("", 1), ("# only a comment\n", 1), ("1\n", 1), ("256 00\n", 1), ("x 00\n", 1),
            ("1 00\n", 1), ("# c\n1 \(String(repeating: "0g", count: 32))\n", 2),
            ("1 \(String(repeating: "00", count: 32)) x\n", 1),
            (
                "1 \(String(repeating: "00", count: 32))\n1 \(String(repeating: "11", count: 32))\n",
                2
            ),
        ])
    func malformed(_ text: String, _ line: Int) {
        write(text)
        guard case .keysMalformed(path, line, _)? = failure() else {
            Issue.record("\(String(describing: failure()))")
            return
        }
    }

    @Test("no error shows key material")
    func secrecy() {
        let secret = String(repeating: "ab", count: 32)
        write("1 \(secret)\n1 \(secret)\n")
        #expect(failure()?.description.contains("abab") == false)
    }
}
