/// The demo's progress: one line that is drawn again on a terminal, a line a step elsewhere.
struct ProgressLine {
    /// Steps in all.
    let steps: Int
    let isTerminal: Bool
    private(set) var step = 0
    private var title = ""
    private var shown = ""

    init(steps: Int, isTerminal: Bool) {
        self.steps = steps
        self.isTerminal = isTerminal
    }

    /// Begins the next step; what to print.
    mutating func begin(_ title: String) -> String {
        let finished = finish()
        step += 1
        self.title = title
        return finished + (isTerminal ? draw(0) : "[\(step)/\(steps)] \(title)\n")
    }

    /// How far the step is, 0 to 1; what to print, nothing when it would look the same.
    mutating func advance(to share: Double) -> String { isTerminal ? draw(share) : "" }

    /// Ends the last step; what to print.
    mutating func finish() -> String {
        guard isTerminal, step > 0 else { return "" }
        let text = draw(1) + "\n"
        shown = ""
        return text
    }

    private mutating func draw(_ share: Double) -> String {
        let width = 24
        let filled = Int(min(max(share, 0), 1) * Double(width))
        let bar =
            String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        let line = "\r\u{1B}[K\(bar) \(step)/\(steps) \(title)"
        guard line != shown else { return "" }
        shown = line
        return line
    }
}
