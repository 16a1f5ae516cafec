import Client
import Core
import Glibc
import Store
import Testing

/// Commands about sequences and about what goes out, against a real control socket.
@Suite struct SequenceCommandTests {
    private let live: LiveControl

    init() throws { live = try LiveControl() }

    private func run(_ arguments: String...) -> (code: ExitCode, out: String, err: String) {
        var (out, err) = ("", "")
        let code = Maildctl.run(
            arguments + ["--socket", live.directory + "/control.sock"],
            output: Output(out: { out += $0 }, err: { err += $0 }))
        return (code, out, err)
    }

    private func person(_ email: String) throws -> Int64 {
        try live.store.write(.control) {
            try $0.addProfile(email: EmailAddress(email), at: LiveControl.now)
        }
    }

    private func put(_ person: Int64, in sequence: String, step: Int) throws {
        try live.store.write(.control) { access in
            var place = SequencePlace(
                profile: person, sequence: sequence, due: LiveControl.now,
                entered: LiveControl.now, event: nil)
            place.step = step
            try access.set(place)
        }
    }

    @Test("a sequence is shown with how many people wait for each step, and one is taken out")
    func sequences() throws {
        for number in 1...3 {
            try put(person("p\(number)@example.org"), in: "welcome", step: 3)
        }
        let (code, out, _) = run("sequence", "show", "welcome")
        #expect(code == .done)
        #expect(out.contains("enter: subscribe news"))
        let third = out.split(separator: "\n").first { $0.contains("send last") }
        #expect(third?.split(separator: " ").last == "3")
        #expect(run("sequence", "remove", "welcome", "p1@example.org").code == .done)
        #expect(run("sequence", "remove", "welcome", "p1@example.org").code == .failed)
        #expect(run("sequence", "remove", "welcome", "nobody@example.org").code == .failed)
        let list = run("sequence", "list").out
        let row = list.split(separator: "\n").last?.split(separator: " ").map(String.init)
        #expect(row == ["welcome", "3", "2", "0", "0", "1", "0"])
    }

    @Test("a sequence that is no longer in the files is told, an unknown one is refused")
    func gone() throws {
        try put(person("a@example.org"), in: "old", step: 1)
        #expect(run("sequence", "show", "old").out.contains("no longer in loop.conf"))
        #expect(run("sequence", "list").out.contains("not in loop.conf"))
        let (code, _, err) = run("sequence", "show", "welcom")
        #expect(code == .failed)
        #expect(err.contains("welcome"))
    }

    @Test("what goes out is listed, tried again and dropped")
    func outgoing() throws {
        let anna = try person("anna@example.org")
        try live.store.write(.control) { access in
            for name in ["crm", "shop"] {
                _ = try access.add(
                    .init(kind: .call, name: name), profile: anna, event: nil, body: "{}",
                    at: LiveControl.now)
            }
            try access.giveUpOutgoing(1, reason: "500")
        }
        let out = run("outgoing", "list").out
        #expect(out.contains("crm") && out.contains("given up") && out.contains("500"))
        #expect(out.contains("anna@example.org"))
        #expect(run("outgoing", "retry", "failed").out.contains("1 to be tried now"))
        #expect(!run("outgoing", "list").out.contains("given up"))
        #expect(run("outgoing", "drop", "2").out.contains("1 dropped"))
        #expect(run("outgoing", "drop", "2").code == .failed)
        #expect(run("outgoing", "drop", "x").code == .failed)
    }
}
