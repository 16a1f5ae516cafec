/// Something of a profile that time alone can change, as the due queue calls it.
enum Watch: Hashable {
    /// Whether she is in a segment.
    case segment(String)
    /// A trigger's threshold, date or deadline.
    case trigger(String)
    /// An action that a trigger runs after a delay.
    case run(trigger: String, firing: Int)
    /// The next step of a sequence.
    case sequence(String)
    /// An action that runs for everybody at a date; no profile has it queued.
    case schedule(String)

    var text: String {
        switch self {
        case .segment(let name): "segment/\(name)"
        case .trigger(let name): "trigger/\(name)"
        case .run(let trigger, let firing): "run/\(trigger)/\(firing)"
        case .sequence(let name): "sequence/\(name)"
        case .schedule(let name): "schedule/\(name)"
        }
    }

    /// Nil for what somebody else queued.
    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let name = String(parts[1])
        switch parts[0] {
        case "segment": self = .segment(name)
        case "trigger": self = .trigger(name)
        case "sequence": self = .sequence(name)
        case "schedule": self = .schedule(name)
        case "run":
            guard let slash = name.lastIndex(of: "/"),
                let firing = Int(name[name.index(after: slash)...])
            else { return nil }
            self = .run(trigger: String(name[..<slash]), firing: firing)
        default: return nil
        }
    }
}
