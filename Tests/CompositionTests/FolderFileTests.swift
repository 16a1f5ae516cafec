import Testing

@testable import Composition

@Suite struct FolderFileTests {
    @Test(
        "paths are known by their place",
        arguments: [
            ("autumn.html", .mailing("autumn")), ("autumn.txt", .text("autumn")),
            ("Ümlaut 2.html", .mailing("Ümlaut 2")), ("layouts/letter.html", .layout),
            ("partials/footer.html", .partial), ("partials/a/b.html", .partial),
            ("loop.conf", .rules), ("loop/10-fields.conf", .rules),
            ("pages/unsubscribe.html", .page), ("samples/anna.json", .sample),
        ] as [(String, FolderFile)])
    func known(path: String, file: FolderFile) {
        #expect(FolderFile(path: path) == file)
    }

    @Test(
        "leftovers, hidden files and strangers are not read",
        arguments: [
            ".autumn.html.swp", "autumn.html~", "#autumn.html#", "4913", "~$autumn.html",
            "autumn.html.tmp", "autumn.html.bak", ".hidden.html", "layouts/.x.html",
            ".git/x.html", "notes.md", "layouts/a/b.html", "other/x.html", ".html",
            "layouts/x.txt", "loop/x.html", "../x.html", "a//b.html", "/x.html", "", "x\n.html",
            "~autumn.html",
        ])
    func unknown(path: String) {
        #expect(FolderFile(path: path) == nil)
    }

    @Test("a path over 200 octets is not read")
    func long() {
        #expect(FolderFile(path: String(repeating: "a", count: 196) + ".html") == nil)
    }
}
