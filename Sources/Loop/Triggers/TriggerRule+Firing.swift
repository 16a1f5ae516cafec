import Core
import Rules
import Store

extension TriggerRule {
    /// What a change means for a trigger.
    struct Outcome: Hashable {
        var mark: TriggerMark
        /// The firing's number, from 1; nil when it does not fire.
        var firing: Int?
        /// The mark to keep when the firing is blocked: it uses nothing up, and what it was armed by
        /// has happened.
        var blocked: TriggerMark
    }

    /// Compares the field before and after a whole action. A crossing up and down inside it is
    /// none.
    func outcome(
        before: Reading, after: Reading, mark: TriggerMark, at t: Instant
    ) -> Outcome {
        let mark = rearmed(mark, value: before.value)
        guard crosses(before, after), mark.isArmed, isFree(mark, at: t) else {
            let mark = rearmed(mark, value: after.value)
            return Outcome(mark: mark, firing: nil, blocked: mark)
        }
        return fired(mark, at: t)
    }

    /// Of a trigger without a threshold whose condition has come about.
    func outcome(mark: TriggerMark, at t: Instant) -> Outcome {
        isFree(mark, at: t) ? fired(mark, at: t) : Outcome(mark: mark, firing: nil, blocked: mark)
    }

    private func fired(_ armed: TriggerMark, at t: Instant) -> Outcome {
        var mark = armed
        mark.firings += 1
        mark.used += 1
        mark.previous = mark.last
        mark.last = t
        mark.isArmed = rearm == nil
        return Outcome(mark: mark, firing: mark.firings, blocked: armed)
    }

    /// Whether the field went over the threshold in the direction that counts.
    func crosses(_ before: Reading, _ after: Reading) -> Bool {
        switch condition {
        case .reaches: !before.isBeyond && after.isBeyond
        case .fallsBelow: before.isBeyond && !after.isBeyond
        default: false
        }
    }

    /// Armed again once the value has gone back over `rearm`.
    private func rearmed(_ mark: TriggerMark, value: Double) -> TriggerMark {
        var mark = mark
        switch (condition, rearm) {
        case (.reaches, let rearm?): mark.isArmed = mark.isArmed || value <= rearm
        case (.fallsBelow, let rearm?): mark.isArmed = mark.isArmed || value >= rearm
        default: mark.isArmed = true
        }
        return mark
    }

    private func isFree(_ mark: TriggerMark, at t: Instant) -> Bool {
        switch once {
        case .ever: mark.used == 0
        case .per(let span): mark.last.map { t - $0 >= span } ?? true
        case .always: true
        }
    }
}
