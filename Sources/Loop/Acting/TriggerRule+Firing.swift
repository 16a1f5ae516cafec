import Core
import Rules
import Store

extension TriggerRule {
    /// What a change of its field means for a trigger.
    struct Outcome: Hashable {
        var mark: TriggerMark
        /// The firing's number, from 1; nil when it does not fire.
        var firing: Int?
    }

    /// Compares the field before and after a whole action. A crossing up and down inside it is
    /// none; missing counts as 0. The mark of the outcome is to be kept when the firing was not
    /// blocked, `rearmed` otherwise.
    func outcome(before: Double, after: Double, mark: TriggerMark, at t: Instant) -> Outcome {
        var mark = rearmed(mark, value: before)
        let mayFire = mark.isArmed && crosses(before, after) && isFree(mark, at: t)
        guard mayFire else { return Outcome(mark: rearmed(mark, value: after), firing: nil) }
        mark.firings += 1
        mark.last = t
        mark.isArmed = rearm == nil
        return Outcome(mark: mark, firing: mark.firings)
    }

    private func crosses(_ before: Double, _ after: Double) -> Bool {
        switch condition {
        case .reaches(_, let threshold): before < threshold && after >= threshold
        case .fallsBelow(_, let threshold): before >= threshold && after < threshold
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
        case .ever: mark.firings == 0
        case .per(let span): mark.last.map { t - $0 >= span } ?? true
        case .always: true
        }
    }
}
