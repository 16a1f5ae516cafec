internal import CCurl

/// One login at a mailbox: lists messages, reads them in part, and deletes or moves them.
///
/// Belongs to one thread, which blocks while the server thinks, two minutes at most. What was
/// deleted by POP3 is gone when the session ends.
package final class MailboxSession {
    package struct Message: Hashable, Sendable {
        /// The UID of IMAP, the number in this session of POP3.
        package var number: Int
    }

    /// Messages of one session.
    private static let maximumMessages = 1_000
    private static let maximumListing = 1 << 20

    private let account: MailboxAccount
    private let secret: MailboxAccount.Secret
    private let transfer: Transfer
    private var deleted: [Int] = []

    /// - Parameter isStopped: asked now and then; a transfer under way is broken off.
    package init(
        _ account: MailboxAccount, _ secret: MailboxAccount.Secret, name: String,
        isStopped: @escaping @Sendable () -> Bool
    ) throws(TransferFailure) {
        guard let transfer = Transfer(name, isStopped: isStopped) else {
            throw TransferFailure(
                operation: name, reason: "libcurl cannot be used", code: 0, isRefusal: false)
        }
        self.account = account
        self.secret = secret
        self.transfer = transfer
    }

    private func prepare(_ path: String) {
        transfer.reset(tls: account.tls, authoritiesFile: account.authoritiesFile)
        transfer.set(CURLOPT_URL, account.base + path)
        transfer.set(CURLOPT_USERNAME, account.user)
        switch secret {
        case .password(let password): transfer.set(CURLOPT_PASSWORD, password)
        case .token(let token):
            transfer.set(CURLOPT_XOAUTH2_BEARER, token)
            transfer.set(CURLOPT_SASL_IR, 1)
        }
    }

    private var folder: String { Self.escaped(account.folder) }

    /// The messages that wait, oldest first, at most a thousand.
    package func messages() throws(TransferFailure) -> [Message] {
        switch account.kind {
        case .imap:
            let answer = try imap("list messages", "UID SEARCH UNDELETED", keeping: true)
            return Self.numbers(inSearch: answer).prefix(Self.maximumMessages)
                .map { Message(number: $0) }
        case .pop3:
            prepare("")
            let answer = try transfer.perform("list messages", limit: Self.maximumListing)
            return Self.lines(answer).compactMap { line in
                line.split(separator: " ").first.flatMap { Int($0) }
            }
            .prefix(Self.maximumMessages).map { Message(number: $0) }
        }
    }

    /// The first `limit` bytes of a message.
    package func read(_ message: Message, limit: Int) throws(TransferFailure) -> [UInt8] {
        switch account.kind {
        case .imap: prepare("\(folder)/;UID=\(message.number)/;PARTIAL=0.\(limit)")
        case .pop3: prepare("\(message.number)")
        }
        return try transfer.perform("read a message", limit: limit)
    }

    /// Takes a message out of the folder: it is moved where that is wanted, else deleted.
    package func finish(_ message: Message) throws(TransferFailure) {
        switch account.kind {
        case .pop3:
            prepare("\(message.number)")
            transfer.set(CURLOPT_CUSTOMREQUEST, "DELE")
            transfer.set(CURLOPT_NOBODY, 1)
            _ = try transfer.perform("delete a message", limit: 0)
        case .imap:
            if let target = account.doneFolder {
                do {
                    // RFC 6851.
                    _ = try imap("move a message", "UID MOVE \(message.number) \"\(target)\"")
                    return
                } catch {
                    guard error.isRefusal else { throw error }
                    _ = try imap("copy a message", "UID COPY \(message.number) \"\(target)\"")
                }
            }
            _ = try imap(
                "delete a message", "UID STORE \(message.number) +FLAGS.SILENT (\\Deleted)")
            deleted.append(message.number)
        }
    }

    /// Removes what was deleted for good.
    package func close() throws(TransferFailure) {
        guard account.kind == .imap, !deleted.isEmpty else { return }
        defer { deleted = [] }
        let set = deleted.map(String.init).joined(separator: ",")
        do {
            // Only ours (RFC 4315), where the server can.
            _ = try imap("expunge", "UID EXPUNGE \(set)")
        } catch {
            guard error.isRefusal else { throw error }
            _ = try imap("expunge", "EXPUNGE")
        }
    }

    private func imap(
        _ what: String, _ command: String, keeping: Bool = false
    ) throws(TransferFailure) -> [UInt8] {
        prepare(folder)
        transfer.set(CURLOPT_CUSTOMREQUEST, command)
        return try transfer.perform(what, limit: keeping ? Self.maximumListing : 0)
    }

    /// The numbers in `* SEARCH 2 84 882` (RFC 3501 §7.2.5).
    static func numbers(inSearch answer: [UInt8]) -> [Int] {
        lines(answer).flatMap { line -> [Int] in
            let words = line.split(separator: " ")
            guard words.count > 2, words[0] == "*", words[1].uppercased() == "SEARCH" else {
                return []
            }
            return words.dropFirst(2).compactMap { Int($0) }.filter { $0 > 0 }
        }
        .sorted()
    }

    private static func lines(_ bytes: [UInt8]) -> [Substring] {
        String(decoding: bytes, as: UTF8.self).split { $0.isNewline }
    }

    /// Percent-encoded but for letters, digits and a few marks.
    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F:
                String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        .joined()
    }
}
