import Core
import Rules
import Store

/// Reads the octets of one field's cells as the store keeps them; plain cells take no allocation.
struct CellReader {
    /// Why a cell is no value of its field.
    typealias Invalid = FieldText.Invalid

    let rule: FieldRule
    private let column: FieldColumn
    private let text: FieldText
    private let now: Instant
    /// Of a score: what the store keeps of one point.
    private let sumOfPoint: Double
    /// Dates and choices repeat: what was read before. Bounded.
    private var known: [UInt64: PeopleChunk.Cell] = [:]
    private static let knownLimit = 50_000

    init(_ rule: FieldRule, _ column: FieldColumn, _ text: FieldText, now: Instant) {
        self.rule = rule
        self.column = column
        self.text = text
        self.now = now
        var sum = 1.0
        if rule.type == .score, case .number(let n) = column.stored(.number(1), at: now) { sum = n }
        // A cap below one point would cap the point itself.
        sumOfPoint = (rule.cap ?? 1) >= 1 ? sum : 0
    }

    /// The cell; texts are appended to `bytes`.
    mutating func cell(
        _ octets: UnsafeBufferPointer<UInt8>, into bytes: inout [UInt8]
    ) throws(Invalid) -> PeopleChunk.Cell {
        switch rule.type {
        case .text where Self.isPlain(octets):
            let start = bytes.count
            bytes += octets
            return .text(start..<bytes.count)
        case .number, .score:
            if let number = Self.decimal(octets), let cell = numeric(number) { return cell }
        case .flag, .date, .choice:
            return try remembered(octets, into: &bytes)
        case .text: break
        }
        return try value(String(decoding: octets, as: UTF8.self), into: &bytes)
    }

    /// The same of a text that has been read otherwise.
    func value(_ raw: String, into bytes: inout [UInt8]) throws(Invalid) -> PeopleChunk.Cell {
        switch try text.value(raw, of: rule) {
        case .text(let text):
            let start = bytes.count
            bytes += text.utf8
            return .text(start..<bytes.count)
        case .number(let number):
            guard case .number(let stored) = column.stored(.number(number), at: now) else {
                return .missing
            }
            return .real(stored)
        case .flag(let flag): return .integer(flag ? 1 : 0)
        case .date(let instant): return .integer(instant.milliseconds)
        case .missing, .span, .list: return .missing
        }
    }

    private func numeric(_ number: Double) -> PeopleChunk.Cell? {
        guard rule.type == .score else { return .real(number) }
        guard sumOfPoint > 0 else { return nil }
        return .real(min(number, rule.cap ?? number) * sumOfPoint)
    }

    private mutating func remembered(
        _ octets: UnsafeBufferPointer<UInt8>, into bytes: inout [UInt8]
    ) throws(Invalid) -> PeopleChunk.Cell {
        guard let key = Self.key(octets) else {
            return try value(String(decoding: octets, as: UTF8.self), into: &bytes)
        }
        if let cell = known[key] {
            guard case .text = cell else { return cell }
            // What was read before stood in another chunk.
            let start = bytes.count
            bytes += octets
            return .text(start..<bytes.count)
        }
        let cell = try value(String(decoding: octets, as: UTF8.self), into: &bytes)
        if case .text(let range) = cell, !bytes[range].elementsEqual(octets) { return cell }
        if known.count < Self.knownLimit { known[key] = cell }
        return cell
    }

    /// Up to seven octets and their number as they are; a date in ten as its eight digits.
    private static func key(_ octets: UnsafeBufferPointer<UInt8>) -> UInt64? {
        var key = UInt64(octets.count)
        if octets.count == 10 {
            for (index, byte) in octets.enumerated() {
                if index == 4 || index == 7 {
                    guard byte == UInt8(ascii: "-") else { return nil }
                } else {
                    guard (0x30...0x39).contains(byte) else { return nil }
                    key = key << 4 | UInt64(byte - 0x30)
                }
            }
            return key | 1 << 63
        }
        guard octets.count <= 7 else { return nil }
        for byte in octets { key = key << 8 | UInt64(byte) }
        return key
    }

    /// Printable ASCII without blanks at its ends: stands for itself, trimmed and in NFC.
    private static func isPlain(_ octets: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = octets.first, let last = octets.last, first > 0x20, last > 0x20 else {
            return false
        }
        for byte in octets where byte >= 0x7F { return false }
        return true
    }

    /// A short decimal: up to 15 digits and one point, which a double holds exactly.
    private static func decimal(_ octets: UnsafeBufferPointer<UInt8>) -> Double? {
        guard octets.count <= 16, !octets.isEmpty else { return nil }
        var digits = 0
        var decimals = -1
        var mantissa: Int64 = 0
        for (index, byte) in octets.enumerated() {
            switch byte {
            case 0x30...0x39:
                mantissa = mantissa * 10 + Int64(byte - 0x30)
                digits += 1
                if decimals >= 0 { decimals += 1 }
            case UInt8(ascii: "-") where index == 0: break
            case UInt8(ascii: ".") where decimals < 0 && digits > 0: decimals = 0
            default: return nil
            }
        }
        guard (1...15).contains(digits), decimals != 0 else { return nil }
        let number = Double(mantissa) / (decimals > 0 ? powers[decimals] : 1)
        return octets[0] == UInt8(ascii: "-") ? -number : number
    }

    private static let powers: [Double] = (0...15).map { exponent in
        (0..<exponent).reduce(1.0) { power, _ in power * 10 }
    }
}
