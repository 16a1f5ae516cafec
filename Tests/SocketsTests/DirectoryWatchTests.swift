import Glibc
import Sockets
import Testing
import Threads

@Suite struct DirectoryWatchTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Changes until `last` has come.
    private func changes(
        _ watch: DirectoryWatch, until last: DirectoryWatch.Change
    ) -> [DirectoryWatch.Change] {
        var all: [DirectoryWatch.Change] = []
        while !all.contains(last) {
            let new = watch.changes(within: 20_000)
            if new.isEmpty { break }
            all += new
        }
        return all
    }

    @Test("files written, moved and deleted are told, open ones are not")
    func files() throws {
        let watch = try DirectoryWatch(root: folder.path)
        folder.write("a.html")
        #expect(changes(watch, until: .written("a.html")) == [.written("a.html")])
        rename("\(folder.path)/a.html", "\(folder.path)/b.html")
        #expect(
            changes(watch, until: .movedIn("b.html")) == [.movedOut("a.html"), .movedIn("b.html")])
        unlink("\(folder.path)/b.html")
        #expect(changes(watch, until: .deleted("b.html")) == [.deleted("b.html")])
        let file = open("\(folder.path)/c.html", O_WRONLY | O_CREAT, 0o644)
        #expect(watch.changes(within: 0) == [])
        close(file)
        #expect(changes(watch, until: .written("c.html")) == [.written("c.html")])
    }

    @Test("subfolders are watched: those there, those made, those moved in, not those gone")
    func subfolders() throws {
        mkdir("\(folder.path)/layouts", 0o755)
        mkdir("\(folder.path)/layouts/deep", 0o755)
        let watch = try DirectoryWatch(root: folder.path)
        folder.write("layouts/deep/a.html")
        #expect(
            changes(watch, until: .written("layouts/deep/a.html"))
                == [.written("layouts/deep/a.html")])
        mkdir("\(folder.path)/pages", 0o755)
        #expect(changes(watch, until: .folder("pages")) == [.folder("pages")])
        folder.write("pages/b.html")
        #expect(changes(watch, until: .written("pages/b.html")) == [.written("pages/b.html")])
        rename("\(folder.path)/layouts", "\(folder.path)/../maild-gone-\(getpid())")
        #expect(changes(watch, until: .movedOut("layouts")) == [.movedOut("layouts")])
        rename("\(folder.path)/../maild-gone-\(getpid())", "\(folder.path)/layouts")
        #expect(changes(watch, until: .folder("layouts")) == [.folder("layouts")])
        folder.write("layouts/deep/c.html")
        #expect(
            changes(watch, until: .written("layouts/deep/c.html"))
                == [.written("layouts/deep/c.html")])
    }

    @Test("a folder that is removed and made again is looked at anew")
    func rootReplaced() throws {
        let root = "\(folder.path)/templates"
        mkdir(root, 0o755)
        let watch = try DirectoryWatch(root: root)
        rmdir(root)
        #expect(changes(watch, until: .rescan) == [.rescan])
        mkdir(root, 0o755)
        #expect(watch.changes(within: 0) == [.rescan])
        folder.write("templates/a")
        #expect(changes(watch, until: .written("a")) == [.written("a")])
    }

    @Test("a folder that is not there cannot be watched")
    func missing() {
        #expect(throws: SystemError("watch the folder /nowhere/at/all", code: ENOENT)) {
            try DirectoryWatch(root: "/nowhere/at/all")
        }
    }

    @Test("a signal ends the waiting")
    func stop() throws {
        let watch = try DirectoryWatch(root: folder.path)
        let stop = try Wakeup()
        stop.signal()
        #expect(watch.changes(within: -1, stop: stop) == [])
    }
}
