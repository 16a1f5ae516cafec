import Core
import Message

extension TransactionMachine {
    /// Says what may be said now.
    mutating func advance() {
        guard !isClosed else { return }
        if capabilities.pipelining {
            if current == nil, let mail = takeReady() { sayGroup(for: mail) }
        } else if expected.isEmpty {
            sayOne()
        }
        if isFinishing, pending == 0, expected.isEmpty {
            say(Commands.quit, expecting: .quit)
        }
    }

    /// MAIL, RCPT and DATA in one group; RSET may stand before them (RFC 2920 §3.1).
    private mutating func sayGroup(for mail: Mail) {
        if needsReset { say(Commands.rset, expecting: .rset) }
        needsReset = false
        var bytes: [UInt8] = []
        Commands.mail(mail, offered: capabilities, into: &bytes)
        Commands.rcpt(mail, offered: capabilities, into: &bytes)
        bytes.append(contentsOf: Commands.data)
        say(bytes)
        expected += [.mail, .rcpt, .data]
        current = Exchange(mail: mail, nextCommand: nil)
    }

    private mutating func sayOne() {
        if current == nil {
            guard !ready.isEmpty else { return }
            if needsReset {
                needsReset = false
                say(Commands.rset, expecting: .rset)
                return
            }
            current = takeReady().map { Exchange(mail: $0) }
        }
        guard let exchange = current, let command = exchange.nextCommand else { return }
        var bytes: [UInt8] = []
        switch command {
        case .mail: Commands.mail(exchange.mail, offered: capabilities, into: &bytes)
        case .rcpt: Commands.rcpt(exchange.mail, offered: capabilities, into: &bytes)
        default: bytes = Commands.data
        }
        say(bytes, expecting: command)
        current?.nextCommand = nil
    }

    /// The content and the final dot; what follows in the same write is chained behind it.
    mutating func sayContent(of mail: Mail) {
        let pieces = mail.message.pieces
        // Those that many messages share are handed on as they are, not copied.
        for piece in pieces.dropLast() { unsent.append(Piece(bytes: piece.bytes)) }
        let content = pieces[pieces.count - 1].bytes
        let split = max(0, content.count - Self.tailLimit)
        if split > 0 { say(Array(content[..<split])) }
        var piece = Piece(dot: mail.tag)
        piece.bytes.reserveCapacity(content.count - split + 512)
        piece.bytes.append(contentsOf: content[split...])
        piece.bytes.append(contentsOf: Commands.dot)
        piece.dotEnd = piece.bytes.count
        unsent.append(piece)
        expected.append(.dot)
        closing = Closing(tag: mail.tag, isLone: false)
    }

    /// Ends a DATA that the server opened although it took no recipient (RFC 2920 §3.1).
    mutating func sayLoneDot(for tag: Int64) {
        say(Commands.dot, expecting: .dot)
        closing = Closing(tag: tag, isLone: true)
    }

    private mutating func say(_ bytes: [UInt8], expecting command: Command? = nil) {
        if unsent.isEmpty { unsent.append(Piece()) }
        unsent[unsent.count - 1].bytes.append(contentsOf: bytes)
        if let command { expected.append(command) }
    }

    private mutating func takeReady() -> Mail? {
        ready.isEmpty ? nil : ready.removeFirst()
    }
}
