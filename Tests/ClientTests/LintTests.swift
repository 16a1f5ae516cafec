import Glibc
import Testing

@testable import Client

@Suite struct LintTests {
    private final class Folder {
        let path: String

        init() throws {
            var template = Array("/tmp/maild-lint-XXXXXX".utf8CString)
            path = String(cString: try #require(mkdtemp(&template)))
        }

        deinit {
            unlink("\(path)/m.html")
            rmdir(path)
        }

        func write(_ text: String) throws {
            let file = try #require(fopen("\(path)/m.html", "w"))
            defer { fclose(file) }
            fputs(text, file)
        }
    }

    private func run(_ arguments: String...) -> (code: ExitCode, out: String, err: String) {
        var out = ""
        var err = ""
        let code = Maildctl.run(
            ["lint"] + arguments, output: Output(out: { out += $0 }, err: { err += $0 }))
        return (code, out, err)
    }

    @Test("a refusal is shown with its line and a caret, and a summary at the end")
    func refusal() throws {
        let folder = try Folder()
        try folder.write(
            """
            ---
            subject: Hi
            from: news@shop.example
            kind: transactional
            send: on trigger
            ---
            <p>Hello
            <b>you</p>
            """)
        let (code, out, _) = run(folder.path)
        #expect(code == .failed)
        #expect(
            out.hasPrefix(
                "m.html:8:1: refuse: unbalanced: <b> is not closed before </p>\n"
                    + "    <b>you</p>\n    ^\n"))
        #expect(out.contains("\(folder.path): 1 file, 1 refusal, 0 warnings."))
    }

    @Test("a folder without fault is said to be so; as JSON it is an empty list")
    func nothing() throws {
        let folder = try Folder()
        #expect(run(folder.path).out.contains("0 files, nothing to complain about"))
        #expect(run(folder.path, "--json").out == "[]\n")
    }

    @Test("a folder or a configuration that is not there is told")
    func absent() throws {
        let (code, _, err) = run("/nowhere")
        #expect(code == .failed)
        #expect(err.contains("cannot read the folder /nowhere"))
        let folder = try Folder()
        let (bad, _, why) = run(folder.path, "--config", "/nowhere/maild.conf")
        #expect(bad == .failed)
        #expect(why.contains("cannot read /nowhere/maild.conf"))
    }
}
