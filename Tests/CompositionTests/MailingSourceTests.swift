import Testing

@testable import Composition

@Suite struct MailingSourceTests {
    private let source = MailingSource(
        name: "autumn",
        files: [
            "autumn.html": Array("---\nsubject: Ä \"x\"\n---\n\tbody\r\n".utf8),
            "loop.conf": Array("# rules\n".utf8),
        ])

    @Test("what is frozen thaws to the same")
    func freezing() throws {
        #expect(try MailingSource(frozen: source.frozen) == source)
    }

    @Test(
        "bytes that are no source are refused",
        arguments: ["", "{", "{}", #"{"name":"a"}"#, #"{"name":"a","files":{"x":1}}"#, "[]"])
    func unreadable(text: String) {
        #expect(throws: MailingSource.Unreadable.self) {
            try MailingSource(frozen: Array(text.utf8))
        }
    }

    @Test("the content id changes with any file, and not with the approval")
    func contentID() {
        let id = source.contentID
        #expect(id.text.count == 32)
        var changed = source
        changed.files["loop.conf"] = Array("# rules \n".utf8)
        #expect(changed.contentID != id)
        changed = source
        changed.files["layouts/x.html"] = []
        #expect(changed.contentID != id)
        changed = source
        changed.files["autumn.html"] = Array(
            "---\nsubject: Ä \"x\"\napprove: ABC\n---\n\tbody\r\n".utf8)
        #expect(changed.contentID == id)
        changed.files["autumn.html"] = Array(
            "---\nsubject: Ä \"x\"\n---\n\tbody\r\napprove: ABC\n".utf8)
        #expect(changed.contentID != id)
    }

    @Test("the FNV-1a digest of nothing is its offset basis")
    func digest() {
        #expect(ContentID([]).text == "6c62272e07bb014262b821756295c58d")
    }

    @Test("rules are one file or a folder of them, in order")
    func rules() {
        let paths = ["loop/b.conf", "a.html", "loop/a.conf", "loop.conf", "loop/x.txt"]
        #expect(
            MailingSource.rulesPaths(among: paths) == ["loop.conf", "loop/a.conf", "loop/b.conf"])
    }
}
