import Core
import Glibc
import Testing

@testable import Bounce

/// Messages in the words of many servers, and mail that only looks like theirs: `Mails/*.txt`.
///
/// `@@ name` begins a message, `? action address status reason hard` says what it means. Several
/// addresses or codes that are right as well are divided by `|`, reasons by `,`; `-` is not
/// judged. `hard` is an address that is dead, `soft` one that is not.
@Suite struct MailsTests {
    struct Expected: Sendable {
        var action: String
        var addresses: [String]
        var statuses: [String]
        var reasons: [String]
        var isHard: Bool?
    }

    struct Mail: Sendable, CustomTestStringConvertible {
        var name: String
        var expected: [Expected]
        var text: String
        var testDescription: String { name }
    }

    static let mails: [Mail] = [
        "open-servers", "companies", "others", "servers", "offices", "filters", "away", "ordinary",
    ].flatMap(read)

    static func read(_ file: String) -> [Mail] {
        let path = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        guard let handle = fopen("/\(path)/Mails/\(file).txt", "r") else { return [] }
        defer { fclose(handle) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, handle)
        var mails: [Mail] = []
        for line in String(decoding: bytes[..<count], as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        {
            if line.hasPrefix("@@ ") {
                mails.append(Mail(name: "\(file)/\(line.dropFirst(3))", expected: [], text: ""))
            } else if let last = mails.indices.last {
                if line.hasPrefix("? "), mails[last].text.isEmpty {
                    mails[last].expected.append(expected(line.dropFirst(2)))
                } else {
                    mails[last].text += line + "\n"
                }
            }
        }
        return mails
    }

    static func expected(_ line: Substring) -> Expected {
        let words = line.split(separator: " ")
        let statuses = words.count > 2 ? words[2].split(separator: "|").map(String.init) : []
        let reasons = words.count > 3 ? words[3].split(separator: ",").map(String.init) : []
        return Expected(
            action: String(words[0]), addresses: words[1].split(separator: "|").map(String.init),
            statuses: statuses.filter { $0 != "-" }, reasons: reasons.filter { $0 != "-" },
            isHard: words.count > 4 && words[4] != "-" ? words[4] == "hard" : nil)
    }

    @Test("the files are there")
    func present() { #expect(Self.mails.count > 280) }

    @Test("each is read as what it is", arguments: mails)
    func reading(_ mail: Mail) {
        let reading = BounceReader.read(mail.text.utf8)
        let steps = reading.steps.joined(separator: "\n")
        guard let first = mail.expected.first else {
            #expect(reading.kind == .other || reading.kind == .autoReply, "\(steps)")
            #expect(reading.recipients.isEmpty)
            return
        }
        if first.action == "feedback" || first.action == "vacation" {
            #expect(reading.kind == (first.action == "feedback" ? .complaint : .autoReply))
            #expect(reading.person == first.addresses[0], "\(steps)")
            return
        }
        #expect(reading.kind == .report, "\(steps)")
        for expected in mail.expected {
            guard
                let report = reading.recipients.first(where: {
                    expected.addresses.contains($0.recipient)
                })
            else {
                Issue.record("\(expected.addresses) not found:\n\(steps)")
                continue
            }
            #expect(report.action.rawValue == expected.action, "\(steps)")
            if !expected.statuses.isEmpty {
                let status = report.status?.description ?? "none"
                #expect(expected.statuses.contains(status), "\(steps)")
            }
            if let isHard = expected.isHard {
                #expect(report.verdict.reason.isAddressDead == isHard, "\(steps)")
            }
            if !expected.reasons.isEmpty {
                #expect(expected.reasons.contains(report.verdict.reason.rawValue), "\(steps)")
            }
        }
        let known = Set(mail.expected.flatMap(\.addresses))
        #expect(reading.recipients.allSatisfy { known.contains($0.recipient) }, "\(steps)")
    }
}
