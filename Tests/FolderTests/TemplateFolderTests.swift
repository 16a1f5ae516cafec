import Glibc
import Testing

@testable import Folder

@Suite struct TemplateFolderTests {
    @Test("only regular files of a readable size are read, and only those maild knows")
    func reading() throws {
        let home = try TemporaryFolder()
        let folder = TemplateFolder(root: home.path)
        home.write("autumn.html", "Hello")
        home.write("notes.md")
        home.write("autumn.html~")
        symlink("/etc/passwd", "\(home.path)/linked.html")
        mkfifo("\(home.path)/pipe.html", 0o600)
        home.write("large.html", String(repeating: "a", count: TemplateFolder.maximumBytes + 1))
        #expect(
            folder.scan().keys.sorted()
                == ["autumn.html", "large.html", "linked.html", "pipe.html"])
        guard case .bytes(Array("Hello".utf8), _) = folder.read("autumn.html") else {
            Issue.record("the file is not read")
            return
        }
        #expect(folder.read("gone.html") == .gone)
        for path in ["linked.html", "pipe.html", "large.html"] {
            guard case .refused = folder.read(path) else {
                Issue.record("\(path) is taken")
                continue
            }
        }
    }

    @Test("a folder that cannot be listed is told from an empty one")
    func absent() throws {
        let home = try TemporaryFolder()
        #expect(TemplateFolder(root: home.path).isReadable)
        #expect(!TemplateFolder(root: home.path + "/none").isReadable)
    }
}
