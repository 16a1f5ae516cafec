internal import JSON

/// What the steps of a command took, in processor seconds: `{"messages", "load_s", "compile_s", …}`
/// is the last line on standard error of those that make messages.
struct StepTimes {
    private var began = Terminal.processorSeconds
    private var seconds: [(String, JSON)] = []

    /// The step that went on until now is over; the next one begins.
    mutating func end(_ step: String) {
        let now = Terminal.processorSeconds
        seconds.append(("\(step)_s", .number(now - began)))
        began = now
    }

    func report(messages: Int) {
        let counts = [("messages", JSON.integer(Int64(messages)))]
        Terminal.complain(JSON.object(JSON.Object(counts + seconds)).text + "\n")
    }
}
