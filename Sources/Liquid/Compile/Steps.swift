/// Steps one after another.
///
/// Unchecked Sendable: the memory is written while this is made, read by any number of threads, and
/// freed with it.
final class Steps: @unchecked Sendable {
    private let steps: [Step]
    /// The same, as they are run: a render goes through a thousand steps, which the array above
    /// keeps alive, and counting references to each would be a tenth of its time.
    private let uncounted: UnsafeMutableBufferPointer<Unmanaged<Step>>

    init(_ steps: [Step]) {
        self.steps = steps
        uncounted = .allocate(capacity: steps.count)
        _ = uncounted.initialize(from: steps.lazy.map { Unmanaged.passUnretained($0) })
    }

    deinit { uncounted.deallocate() }

    var isEmpty: Bool { uncounted.isEmpty }

    func run(_ m: inout Machine) throws(Stop) {
        for step in uncounted {
            try step.lend { (step) throws(Stop) in try step.run(&m) }
            if m.interrupt != nil { return }
        }
    }
}

extension Unmanaged {
    /// Hands over what somebody else keeps alive, and counts no reference.
    @inline(__always)
    func lend(_ body: (Instance) throws(Stop) -> Void) throws(Stop) {
        let stop = _withUnsafeGuaranteedRef { instance -> Stop? in
            do throws(Stop) {
                try body(instance)
                return nil
            } catch {
                return error
            }
        }
        if let stop { throw stop }
    }
}
