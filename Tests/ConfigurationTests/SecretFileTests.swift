import Configuration
import Glibc
import Testing

@Suite struct SecretFileTests {
    /// A directory with one file in it.
    private final class Place {
        let directory = "/tmp/maild-secret-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        var path: String { directory + "/password" }

        init(mode: mode_t = 0o600, _ text: String = "hidden") throws {
            try #require(mkdir(directory, 0o700) == 0)
            let file = try #require(fopen(path, "w"))
            fputs(text, file)
            fclose(file)
            try #require(chmod(path, mode) == 0)
        }

        deinit {
            unlink(path)
            rmdir(directory)
        }
    }

    @Test("A secret is read by its path, or by its name from systemd's directory")
    func reads() throws {
        let place = try Place()
        let wanted = Array("hidden".utf8)
        #expect(try SecretFile.read(place.path, credentials: nil) == wanted)
        #expect(try SecretFile.read("password", credentials: place.directory) == wanted)
    }

    @Test("Others may neither read nor write it", arguments: [0o604, 0o602, 0o620, 0o644, 0o666])
    func exposed(_ mode: mode_t) throws {
        let place = try Place(mode: mode)
        do {
            _ = try SecretFile.read(place.path, credentials: nil)
            Issue.record("it was read")
        } catch {
            #expect("\(error)".contains("chmod"))
            #expect(!"\(error)".contains("hidden"))
        }
    }

    @Test("Its group may read it, which is how root shares a file with the daemon")
    func group() throws {
        let place = try Place(mode: 0o640)
        #expect(throws: Never.self) { try SecretFile.read(place.path, credentials: nil) }
    }

    @Test("What is missing, no file, or too long is told with its path")
    func missing() throws {
        let place = try Place(String(repeating: "x", count: 65 * 1024))
        for (name, part) in [
            (place.path, "longer than 64 KB"), (place.directory, "no regular file"),
            ("/nowhere/at/all", "No such file"), ("password", "LoadCredential=password"),
        ] {
            do {
                _ = try SecretFile.read(name, credentials: nil)
                Issue.record("\(name) was read")
            } catch {
                #expect("\(error)".contains(part), "\(error)")
            }
        }
    }
}
