extension Zone {
    /// Reads the bytes of a compiled zone file, versions 1 to 4 (RFC 8536 §3); of the later ones
    /// the 64-bit block and the footer are used. Nil when they are no such file, are cut short or
    /// contradict themselves. Leap seconds are ignored, as everywhere here.
    package init?(tzif bytes: [UInt8]) {
        guard bytes.count <= 1 << 20, let old = TZifBlock(bytes, at: 0, timeSize: 4) else {
            return nil
        }
        guard old.version != 0 else {
            guard let zone = old.zone(rule: nil) else { return nil }
            self = zone
            return
        }
        guard let block = TZifBlock(bytes, at: old.end, timeSize: 8) else { return nil }
        let footer = bytes[block.end...]
        guard footer.first == 0x0A, let close = footer.dropFirst().firstIndex(of: 0x0A) else {
            return nil
        }
        let text = bytes[(block.end + 1)..<close]
        var rule: ZoneRule?
        if !text.isEmpty {
            guard let read = ZoneRule(text) else { return nil }
            rule = read
        }
        guard let zone = block.zone(rule: rule) else { return nil }
        self = zone
    }
}

/// One header with its data (RFC 8536 §3.1 and §3.2).
private struct TZifBlock {
    let bytes: [UInt8]
    let version: UInt8
    let timeSize: Int
    let timeCount: Int
    let typeCount: Int
    /// Of the transition times.
    let start: Int
    /// The offset of the byte after the block.
    let end: Int

    init?(_ bytes: [UInt8], at header: Int, timeSize: Int) {
        guard bytes.count >= header + 44, bytes[header...].starts(with: "TZif".utf8) else {
            return nil
        }
        // isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt
        let counts = (0..<6).map { index in
            bytes[(header + 20 + index * 4)..<(header + 24 + index * 4)]
                .reduce(0) { $0 << 8 | Int($1) }
        }
        guard counts.allSatisfy({ $0 <= 1 << 16 }), counts[4] > 0 else { return nil }
        let size =
            counts[3] * (timeSize + 1) + counts[4] * 6 + counts[5] + counts[2] * (timeSize + 4)
            + counts[1] + counts[0]
        guard bytes.count - header - 44 >= size else { return nil }
        self.bytes = bytes
        self.timeSize = timeSize
        version = bytes[header + 4]
        timeCount = counts[3]
        typeCount = counts[4]
        start = header + 44
        end = start + size
    }

    func zone(rule: ZoneRule?) -> Zone? {
        let types = start + timeCount * (timeSize + 1)
        let typeOffsets = (0..<typeCount).map { Int(integer(at: types + $0 * 6, size: 4)) }
        guard typeOffsets.allSatisfy({ abs($0) < 93_600 }) else { return nil }
        var transitions: [Int64] = []
        var offsets: [Int] = []
        for index in 0..<timeCount {
            let time = integer(at: start + index * timeSize, size: timeSize)
            let type = Int(bytes[start + timeCount * timeSize + index])
            guard type < typeCount, transitions.last ?? .min < time else { return nil }
            transitions.append(time)
            offsets.append(typeOffsets[type])
        }
        return Zone(
            transitions: transitions, offsets: offsets, first: typeOffsets[0], rule: rule)
    }

    /// Big-endian two's complement.
    private func integer(at offset: Int, size: Int) -> Int64 {
        let raw = bytes[offset..<offset + size].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return size == 4
            ? Int64(Int32(truncatingIfNeeded: raw)) : Int64(bitPattern: raw)
    }
}
