import Core

/// A server that follows the protocol of MAIL, RCPT, DATA and misbehaves at random: refuses, defers,
/// says 421, goes away, falls silent, answers in many lines, answers once too often.
struct ModelServer {
    var random: SplitMix64
    /// Messages it took responsibility for, by the tag in their content.
    private(set) var delivered: [Int64: Int] = [:]
    /// Contents it took that bear no tag.
    private(set) var strays = 0
    private(set) var isClosed = false
    /// It will not answer any more, though the connection stands.
    private(set) var isSilent = false
    private var line: [UInt8] = []
    private var content: [String]?
    private var hasSender = false
    private var hasRecipient = false
    private var output: [UInt8] = []

    init(random: SplitMix64) { self.random = random }

    mutating func takeOutput() -> [UInt8] {
        defer { output = [] }
        return output
    }

    mutating func read(_ bytes: [UInt8]) {
        for byte in bytes where !isClosed {
            line.append(byte)
            guard line.suffix(2) == [0x0D, 0x0A] else { continue }
            let text = String(decoding: line.dropLast(2), as: UTF8.self)
            line = []
            if content != nil { readContent(text) } else { readCommand(text) }
        }
    }

    private mutating func readContent(_ text: String) {
        guard text == "." else {
            content?.append(text)
            return
        }
        let lines = content ?? []
        content = nil
        let mayDeliver = hasRecipient
        hasSender = false
        hasRecipient = false
        guard mayDeliver else { return reply(random.chance(50) ? 554 : 250) }
        switch random.below(100) {
        case ..<75:
            deliver(lines)
            reply(random.chance(20) ? 251 : 250)
        case ..<80: reply(451)
        case ..<85: reply(554)
        case ..<88: leave(saying: true)
        case ..<91: leave(saying: false)
        case ..<94:
            deliver(lines)
            leave(saying: false)
        case ..<97:
            deliver(lines)
            isSilent = true
        default:
            deliver(lines)
            reply(354)
        }
    }

    private mutating func deliver(_ lines: [String]) {
        guard let first = lines.first, first.hasPrefix("Subject: "),
            let tag = Int64(first.dropFirst(9)), lines.dropFirst() == ["", "m\(tag)"]
        else {
            strays += 1
            return
        }
        delivered[tag, default: 0] += 1
    }

    private mutating func readCommand(_ text: String) {
        let verb = text.prefix(4)
        if random.chance(1) { return leave(saying: random.chance(50)) }
        if random.chance(1) { isSilent = true }
        let refuses = random.below(100)
        switch verb {
        case "MAIL":
            guard !hasSender else { return reply(503) }
            if refuses < 85 { hasSender = true }
            reply(refuses < 85 ? 250 : refuses < 92 ? 451 : 550)
            // Once too often: the stream is out of step from here on.
            if random.chance(1) { reply(random.chance(50) ? 250 : 550) }
        case "RCPT":
            guard hasSender else { return reply(503) }
            if refuses < 80 { hasRecipient = true }
            reply(refuses < 80 ? 250 : refuses < 90 ? 450 : 550)
        case "DATA":
            guard hasRecipient || (hasSender && random.chance(50)) else { return reply(503) }
            guard refuses < 90 else { return reply(refuses < 95 ? 451 : 554) }
            content = []
            reply(random.chance(99) ? 354 : 250)
        case "RSET":
            hasSender = false
            hasRecipient = false
            reply(random.chance(98) ? 250 : 502)
        case "QUIT":
            reply(221)
            isClosed = true
        default: reply(500)
        }
    }

    private mutating func leave(saying: Bool) {
        if saying { reply(421) }
        isClosed = true
    }

    private mutating func reply(_ code: Int) {
        guard !isSilent else { return }
        let lines = random.below(3)
        for _ in 0..<lines { output += Array("\(code)-\(code / 100).0.0 more\r\n".utf8) }
        output += Array("\(code) \(code / 100).0.0 text\r\n".utf8)
    }
}

extension SplitMix64 {
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
}
