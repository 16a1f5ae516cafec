import Core

/// The binary form of a hit: version, kind, method, delivery (8), link (2), template's
/// link (2), time (8), then texts with their length (2) before them, headers counted (1). Texts are cut to their limits.
extension Hit {
    private static let version: UInt8 = 1
    static let maximumPeer = 64
    static let maximumText = 512
    static let maximumName = 64
    static let maximumHeaders = 16

    /// The payload for `HitJournal.append`, at most 10 KB.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(64 + peer.utf8.count + userAgent.utf8.count)
        bytes += [Self.version, kind.rawValue, method.rawValue]
        bytes.append(littleEndian: delivery)
        bytes.append(littleEndian: UInt16(clamping: link))
        bytes.append(littleEndian: UInt16(clamping: templateLink))
        bytes.append(littleEndian: at.milliseconds)
        Self.append(peer, Self.maximumPeer, to: &bytes)
        Self.append(userAgent, Self.maximumText, to: &bytes)
        let kept = headers.prefix(Self.maximumHeaders)
        bytes.append(UInt8(kept.count))
        for header in kept {
            Self.append(header.name, Self.maximumName, to: &bytes)
            Self.append(header.value, Self.maximumText, to: &bytes)
        }
        return bytes
    }

    /// Reads a payload; nil when it is of a later version or damaged.
    package init?(bytes: some Collection<UInt8>) {
        var cursor = ByteCursor(ArraySlice(bytes))
        guard cursor.number(UInt8.self) == Self.version,
            let kind = cursor.number(UInt8.self).flatMap(Kind.init(rawValue:)),
            let method = cursor.number(UInt8.self).flatMap(Method.init(rawValue:)),
            let delivery = cursor.number(Int64.self),
            let link = cursor.number(UInt16.self),
            let templateLink = cursor.number(UInt16.self),
            let milliseconds = cursor.number(Int64.self),
            let peer = Self.text(&cursor, Self.maximumPeer),
            let userAgent = Self.text(&cursor, Self.maximumText),
            let count = cursor.number(UInt8.self), count <= Self.maximumHeaders
        else { return nil }
        var headers: [Header] = []
        for _ in 0..<count {
            guard let name = Self.text(&cursor, Self.maximumName),
                let value = Self.text(&cursor, Self.maximumText)
            else { return nil }
            headers.append(Header(name: name, value: value))
        }
        guard cursor.count == 0 else { return nil }
        self.init(
            kind: kind, method: method, delivery: delivery, link: Int(link),
            templateLink: Int(templateLink), at: Instant(milliseconds: milliseconds), peer: peer,
            userAgent: userAgent,
            headers: headers)
    }

    /// Cuts between scalars, so that the text stays valid and within its limit when read again.
    private static func append(_ text: String, _ limit: Int, to bytes: inout [UInt8]) {
        var cut = text[...]
        if text.utf8.count > limit {
            var end = text.utf8.index(text.startIndex, offsetBy: limit)
            while end.samePosition(in: text.unicodeScalars) == nil {
                end = text.utf8.index(before: end)
            }
            cut = text[..<end]
        }
        bytes.append(littleEndian: UInt16(cut.utf8.count))
        bytes += cut.utf8
    }

    private static func text(_ cursor: inout ByteCursor, _ limit: Int) -> String? {
        guard let length = cursor.number(UInt16.self), length <= limit,
            let bytes = cursor.bytes(Int(length))
        else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}
