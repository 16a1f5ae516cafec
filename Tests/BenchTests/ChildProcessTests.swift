import Bench
import Glibc
import Testing

@Suite struct ChildProcessTests {
    @Test("The exit status of a child and its output are seen")
    func exits() throws {
        let directory = TemporaryDirectory("maild-child")
        let output = directory.path + "/output"
        let child = try ChildProcess(
            "/bin/sh", ["-c", "echo $GREETING; exit 3"], environment: ["GREETING": "hello"],
            output: output)
        #expect(child.wait(seconds: 20) == .exited(3))
        #expect(!child.isRunning)
        let file = try #require(fopen(output, "r"))
        defer { fclose(file) }
        var line = [UInt8](repeating: 0, count: 100)
        let count = fread(&line, 1, 100, file)
        #expect(String(decoding: line[..<count], as: UTF8.self) == "hello\n")
    }

    @Test("A killed child is told from one that exits")
    func killed() throws {
        let directory = TemporaryDirectory("maild-child")
        let child = try ChildProcess("/bin/sleep", ["60"], output: directory.path + "/output")
        child.signal(SIGKILL)
        #expect(child.wait(seconds: 20) == .killed(signal: SIGKILL))
    }

    @Test("A program that is not there cannot be started")
    func absent() {
        #expect(throws: ChildProcess.Failure.self) {
            try ChildProcess("/nonexistent", [], output: "/dev/null")
        }
    }

    @Test("A temporary directory takes its whole tree with it")
    func cleans() throws {
        var path = ""
        do {
            let directory = TemporaryDirectory("maild-tree")
            path = directory.path
            directory.makeDirectory("a/b")
            try directory.write("a/b/file", "text")
            #expect(access(path + "/a/b/file", F_OK) == 0)
        }
        #expect(access(path, F_OK) != 0)
    }
}
