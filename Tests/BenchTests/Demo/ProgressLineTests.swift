import Testing

@testable import Bench

@Suite struct ProgressLineTests {
    @Test("without a terminal it is a line a step")
    func plain() {
        var progress = ProgressLine(steps: 2, isTerminal: false)
        #expect(progress.begin("import") == "[1/2] import\n")
        #expect(progress.advance(to: 0.5) == "")
        #expect(progress.begin("send") == "[2/2] send\n")
        #expect(progress.finish() == "")
    }

    @Test("on a terminal one line grows, and is drawn only when it changes")
    func terminal() {
        var progress = ProgressLine(steps: 2, isTerminal: true)
        #expect(progress.begin("import").hasSuffix("░ 1/2 import"))
        #expect(progress.advance(to: 0.5).contains("████████████░"))
        #expect(progress.advance(to: 0.501) == "")
        let next = progress.begin("send")
        #expect(next.contains("█ 1/2 import\n"))
        #expect(next.hasSuffix("░ 2/2 send"))
        #expect(progress.advance(to: 7).contains("█ 2/2 send"))
    }
}
