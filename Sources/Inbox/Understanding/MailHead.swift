/// The header of a message (RFC 5322 §2.2) as far as the inbox itself looks at it: what it is
/// called, and whether a program sent it. Linear; at most 100 KB and 1,000 fields.
struct MailHead: Sendable {
    private(set) var fields: [(name: String, value: String)] = []

    static let maximumBytes = 100 * 1024
    private static let maximumFields = 1_000
    private static let maximumValue = 2_000

    init(_ message: [UInt8]) {
        var name: String?
        var value: [UInt8] = []
        func finish(_ fields: inout [(name: String, value: String)]) {
            guard let name, fields.count < Self.maximumFields else { return }
            fields.append((name, Self.text(value)))
        }
        for line in message.prefix(Self.maximumBytes).split(
            separator: 0x0A, omittingEmptySubsequences: false)
        {
            let line = line.last == 0x0D ? line.dropLast() : line
            guard let first = line.first else { break }
            if first == 0x20 || first == 0x09 {
                if value.count < Self.maximumValue { value += line.prefix(Self.maximumValue) }
                continue
            }
            finish(&fields)
            (name, value) = (nil, [])
            if let colon = line.prefix(77).firstIndex(of: 0x3A) {
                name = Self.text(line[..<colon]).lowercased()
                value = Array(line[(colon + 1)...].prefix(Self.maximumValue))
            }
        }
        finish(&fields)
    }

    private static func text(_ bytes: some Sequence<UInt8>) -> String {
        let text = String(decoding: Array(bytes), as: UTF8.self)
        let blank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" }
        guard let first = text.firstIndex(where: { !blank($0) }),
            let last = text.lastIndex(where: { !blank($0) })
        else { return "" }
        return String(text[first...last])
    }

    subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    func count(_ name: String) -> Int { fields.count { $0.name == name } }

    var messageID: String? {
        self["message-id"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The field that stands in everything the inbox forwards, by which it knows it again.
    static let forwardMark = "x-maild-forwarded"
    /// More hops than this, and mail goes in circles (RFC 5321 §6.3).
    private static let maximumHops = 30

    /// Why a reply must not be forwarded, since a program wrote it or it goes in circles; nil when
    /// it may be.
    var loopReason: String? {
        if self[Self.forwardMark] != nil { return "it was forwarded before" }
        if self["return-path"] == "<>" { return "it has no sender" }
        if let automatic = self["auto-submitted"], automatic.lowercased() != "no" {
            return "a program sent it"
        }
        if let precedence = self["precedence"]?.lowercased(),
            ["bulk", "list", "junk", "auto_reply"].contains(precedence)
        {
            return "it is bulk mail"
        }
        if self["list-id"] != nil { return "it comes from a list" }
        if count("received") > Self.maximumHops { return "it goes in circles" }
        return nil
    }
}
