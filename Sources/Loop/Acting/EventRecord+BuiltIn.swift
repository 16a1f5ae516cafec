import Rules
import Store

extension EventRecord {
    /// What the daemon itself does on an event, before the actions of loop.conf look at it.
    func builtInActions(_ rules: LoopRules) -> [ActionBinding] {
        [purchaseKeeping, answerKeeping(rules)].compactMap { $0 }
    }
}
