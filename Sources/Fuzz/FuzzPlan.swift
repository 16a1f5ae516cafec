internal import Glibc

/// What the arguments ask for.
struct FuzzPlan {
    var targets: [FuzzTarget] = []
    var doubles = false
    var seconds = 60
    var seed: UInt64 = 1
    /// One run alone.
    var run: UInt64?
    var corpus: [[UInt8]] = []
    var note = "/tmp/maild-fuzz.note"

    /// Nil when they cannot be used. Without a target: all of them.
    init?(_ arguments: [String]) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--double" {
                doubles = true
            } else if argument.hasPrefix("--") {
                guard let value = rest.popFirst(), take(argument, value) else { return nil }
            } else {
                guard let target = FuzzTarget.all.first(where: { $0.name == argument }) else {
                    return nil
                }
                targets.append(target)
            }
        }
        if targets.isEmpty { targets = FuzzTarget.all }
    }

    private mutating func take(_ option: String, _ value: String) -> Bool {
        switch option {
        case "--seconds": seconds = max(0, Int(value) ?? seconds)
        case "--seed": seed = UInt64(value) ?? seed
        case "--run": run = UInt64(value)
        case "--note": note = value
        case "--corpus": corpus += Corpus.seeds(at: value)
        default: return false
        }
        return true
    }
}
