import Core
import HTTP
import JSON
import Store

/// Who may be mailed what, and since when: the consent ledger.
extension ControlSession {
    /// Every row of an address, also when its profile was erased.
    func consent(_ call: ControlCall) throws -> JSON {
        let email: EmailAddress
        do throws(EmailAddress.Invalid) {
            email = try EmailAddress(call.parameters["email"] ?? "")
        } catch {
            throw ControlError(400, error.rawValue)
        }
        let rows = try store.consent(of: email, in: reader)
        guard !rows.isEmpty else {
            throw ControlError(404, "the ledger holds nothing of this address")
        }
        return .array(
            rows.map { row in
                [
                    "row": .integer(row.id), "profile": .integer(row.profile),
                    "at": .time(row.at), "change": .string(row.change),
                    "topic": .optional(row.topic), "way": .string(row.source.way),
                    "network": .optional(row.source.network),
                    "wording": .optional(row.source.wording),
                ]
            })
    }

    /// The text behind a hash in the ledger, or behind its first twelve digits or more.
    func wording(_ call: ControlCall) throws -> JSON {
        let hash = call.parameters["hash"] ?? ""
        guard hash.utf8.count >= 12, let html = try reader.wording(hash) else {
            throw ControlError(
                404, "there is no wording of this hash", hint: "Give at least twelve digits.")
        }
        return ["html": .string(String(decoding: html, as: UTF8.self))]
    }

    /// Reads the ledger from its first row to its last.
    func verifyConsent(_ call: ControlCall) throws -> JSON {
        let audit = try store.auditConsent(in: reader, expecting: call.option("head"))
        return [
            "rows": .count(audit.rows), "head": .optional(audit.head),
            "broken_row": audit.broken.map { .integer($0.row) } ?? .null,
            "reason": .optional(audit.broken?.reason),
            "holds_head": audit.holdsHead.map(JSON.bool) ?? .null,
        ]
    }

    /// The newest row and its seal, for the status: noted elsewhere, it proves later that nothing
    /// was cut off.
    func consentHead() throws -> JSON {
        guard let head = try reader.consentHead() else { return ["rows": 0, "head": .null] }
        let seal = head.seal.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return ["rows": .integer(head.row), "head": .string(seal)]
    }
}
