import Core
import Rules

/// One row of an import, read and checked.
struct ImportRow: Sendable {
    var line: Int
    var email: EmailAddress
    var status: ProfileStatus?
    var tags: [String]
    var topics: [(name: String, subscribed: Bool)]
    var values: [(field: String, value: FieldValue)]

    /// Why a row is refused.
    struct Refused: Error {
        var reason: String
    }

    init(
        line: Int, fields: [String], columns: [ImportColumn], reader: FieldText
    ) throws(Refused) {
        guard fields.count == columns.count else {
            throw Refused(
                reason: "the row has \(fields.count) fields, the header has \(columns.count)")
        }
        self.line = line
        tags = []
        topics = []
        values = []
        var address: EmailAddress?
        for (column, text) in zip(columns, fields) {
            switch column {
            case .email: address = try Self.address(text)
            case .status: status = try Self.status(text)
            case .tags: tags = try Self.tags(text)
            case .topic(let name):
                guard !text.trimmed.isEmpty else { continue }
                guard let flag = FieldText.flag(text.trimmed) else {
                    throw Refused(reason: "topic.\(name) is neither yes nor no")
                }
                topics.append((name, flag))
            case .field(let field):
                do throws(FieldText.Invalid) {
                    values.append((field.name, try reader.value(text, of: field)))
                } catch {
                    throw Refused(reason: error.reason)
                }
            case .ignored: break
            }
        }
        guard let address else { throw Refused(reason: EmailAddress.Invalid.empty.rawValue) }
        email = address
    }

    private static func address(_ text: String) throws(Refused) -> EmailAddress {
        do throws(EmailAddress.Invalid) {
            return try EmailAddress(text)
        } catch {
            throw Refused(reason: error.rawValue)
        }
    }

    /// What an import may say of a person; `erased` is for `maildctl` alone.
    private static func status(_ text: String) throws(Refused) -> ProfileStatus? {
        let text = text.trimmed.lowercased()
        if text.isEmpty { return nil }
        guard let status = ProfileStatus(rawValue: text), status != .erased else {
            let names = ProfileStatus.allCases.filter { $0 != .erased }.map(\.rawValue)
            throw Refused(reason: "status is none of \(names.joined(separator: ", "))")
        }
        return status
    }

    /// Separated by commas, semicolons or bars; at most 100, each at most 64 octets.
    private static func tags(_ text: String) throws(Refused) -> [String] {
        let tags = text.split { ",;|".contains($0) }.map { $0.trimmed.nfc }.filter { !$0.isEmpty }
        guard tags.count <= 100, tags.allSatisfy({ $0.utf8.count <= 64 }) else {
            throw Refused(reason: "there are over 100 tags, or one is over 64 octets long")
        }
        return tags
    }
}
