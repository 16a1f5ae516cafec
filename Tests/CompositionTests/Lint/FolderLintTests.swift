import Core
import Diagnostics
import Testing

@testable import Composition

@Suite struct FolderLintTests {
    private static let broken = FolderCase.read("broken.txt")
    private static let clean = FolderCase.read("clean.txt")

    @Test("the folders are read") func folders() {
        #expect(Self.broken.count >= 70)
        #expect(Self.clean.count >= 10)
    }

    @Test("each mistake is found where it is, and nothing else", arguments: broken)
    func mistakes(folder: FolderCase) {
        #expect(!folder.expected.isEmpty)
        #expect(folder.found == folder.expected)
    }

    @Test("what is right is let pass without a word", arguments: clean)
    func silence(folder: FolderCase) {
        #expect(folder.found == [])
    }
}
