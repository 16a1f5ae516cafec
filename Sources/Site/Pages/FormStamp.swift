internal import Core
internal import Seal

/// Proves that a form came from us, and when: programs that fill in forms are faster than people, and
/// other sites cannot make one.
struct FormStamp {
    enum Judgement: Equatable {
        case fine
        /// Nobody types so fast.
        case tooFast
        case tooOld
        /// None, or not ours.
        case none
    }

    static let leastSeconds: Int64 = 2
    static let longest = TimeSpan.hours(24)

    static func make(
        for form: String, at now: Instant, _ seal: LedgerSeal
    ) throws(SealError) -> String {
        "\(now.milliseconds).\(try seal.proof(of: bytes(form, now)))"
    }

    static func judge(
        _ text: String, of form: String, at now: Instant, _ seal: LedgerSeal
    ) throws(SealError) -> Judgement {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let milliseconds = Int64(parts[0]), milliseconds > 0 else {
            return .none
        }
        let made = Instant(milliseconds: milliseconds)
        guard try seal.isProof(parts[1], of: bytes(form, made)) else { return .none }
        if now - made > longest { return .tooOld }
        return now - made < .seconds(leastSeconds) ? .tooFast : .fine
    }

    private static func bytes(_ form: String, _ made: Instant) -> [UInt8] {
        Array("form \(form) \(made.milliseconds)".utf8)
    }
}
