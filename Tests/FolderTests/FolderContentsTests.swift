import Core
import Glibc
import Testing

@testable import Folder

@Suite struct FolderContentsTests {
    @Test("what changed a moment ago and was not named is looked at later")
    func quiet() throws {
        let folder = try TemporaryFolder()
        var contents = FolderContents(root: folder.path)
        folder.write("autumn.html", "x")
        #expect(contents.refresh(named: nil, quietSince: .epoch).isEmpty)
        #expect(contents.unstable == ["autumn.html"])
        #expect(contents.refresh(named: [], quietSince: nil) == ["autumn.html"])
        folder.write("autumn.html", "yy")
        #expect(contents.refresh(named: ["other.html"], quietSince: nil).isEmpty)
        #expect(contents.refresh(named: ["autumn.html"], quietSince: nil) == ["autumn.html"])
        unlink("\(folder.path)/autumn.html")
        #expect(contents.refresh(named: [], quietSince: nil) == ["autumn.html"])
    }
}
