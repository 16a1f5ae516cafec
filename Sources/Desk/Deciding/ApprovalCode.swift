/// The code that a preview prints and a marketer writes behind `approve:`. It holds for one
/// version and for an audience within a tenth of the one it was printed for.
///
/// `1240-k3v9q2mx`: the audience it was made for and letters that only the daemon's key can make.
/// The number travels inside, so that nothing needs to be kept and any preview's code stays true.
struct ApprovalCode: Hashable {
    var audience: Int
    var letters: String

    var text: String { "\(audience)-\(letters)" }

    init(audience: Int, letters: String) {
        self.audience = audience
        self.letters = letters
    }

    /// Reads a code as a person copied it; nil when it has not this form.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count <= 12, let audience = Int(parts[0]),
            audience >= 0, !parts[1].isEmpty, parts[1].utf8.count <= 40
        else { return nil }
        self.init(audience: audience, letters: parts[1].lowercased())
    }

    /// What the letters stand for.
    static func message(mailing: String, version: String, audience: Int) -> [UInt8] {
        Array("approve\0\(mailing)\0\(version)\0\(audience)".utf8)
    }

    /// Whether an audience is within a tenth of the one the code was made for.
    func covers(_ now: Int) -> Bool {
        let (difference, overflow) = (now - audience).magnitude.multipliedReportingOverflow(by: 10)
        return !overflow && difference <= audience.magnitude
    }

    /// Judges what stands behind `approve:`. `makeLetters` gives the key's letters for a message;
    /// nil: the key cannot be used.
    static func judge(
        _ text: String?, mailing: String, version: String, audience: Int,
        makeLetters: ([UInt8]) -> String?
    ) -> ReleaseDecision.Approval {
        guard let text else { return .absent }
        guard let code = ApprovalCode(text) else {
            return .invalid("the approval is no code; copy the one in the preview")
        }
        let message = message(mailing: mailing, version: version, audience: code.audience)
        guard makeLetters(message) == code.letters else {
            return .invalid(
                "the approval belongs to another version; copy the code in the new preview")
        }
        guard code.covers(audience) else {
            return .invalid(
                "the approval was for \(code.audience) recipients and there are \(audience) now; "
                    + "copy the new code from the preview")
        }
        return .valid
    }
}
