/// Steps one after another.
struct Steps: Sendable {
    private let steps: [Step]
    /// The same, as they are run: a render goes through a thousand steps, which the array above
    /// keeps alive, and counting references to each would be a tenth of its time.
    private let uncounted: [Unmanaged<Step>]

    init(_ steps: [Step]) {
        self.steps = steps
        uncounted = steps.map { Unmanaged.passUnretained($0) }
    }

    var isEmpty: Bool { steps.isEmpty }

    func run(_ m: inout Machine) throws(Stop) {
        for step in uncounted {
            let stop = step._withUnsafeGuaranteedRef { step -> Stop? in
                do throws(Stop) {
                    try step.run(&m)
                    return nil
                } catch {
                    return error
                }
            }
            if let stop { throw stop }
            if m.interrupt != nil { return }
        }
    }
}
