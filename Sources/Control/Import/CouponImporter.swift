import Core
import JSON
import Store

/// Reads coupon codes, one a line, into a pool as they arrive: a transaction a thousand lines.
///
/// Blanks around a code and quotes around the line are not part of it; empty lines are passed over,
/// and a first line `code` is a heading. A line that is no code is reported and does not stop the
/// rest. Reports name lines, never codes.
struct CouponImporter {
    private static let batch = 1000
    /// Problems that are listed; the rest is counted.
    private static let problemLimit = 100
    /// A line that is longer than any code with its blanks is not kept while it arrives.
    private static let lineLimit = 1000

    private let store: Store
    private let pool: String
    private var line: [UInt8] = []
    private var number = 0
    private var waiting: [(line: Int, code: String)] = []
    private var added = 0
    private var duplicates = 0
    private var refused = 0
    private var problems: [(line: Int, reason: String)] = []

    init(store: Store, pool: String) {
        self.store = store
        self.pool = pool
    }

    var lines: Int { number }

    mutating func append(_ bytes: [UInt8]) throws {
        for byte in bytes {
            if byte == 0x0A {
                try endLine()
            } else if line.count <= Self.lineLimit {
                line.append(byte)
            }
        }
    }

    mutating func finish() throws {
        if !line.isEmpty { try endLine() }
        try flush()
    }

    var json: JSON {
        [
            "pool": .string(pool), "lines": .count(number), "added": .count(added),
            "duplicates": .count(duplicates), "refused": .count(refused),
            "problems": .array(
                problems.map { ["line": .count($0.line), "reason": .string($0.reason)] }),
        ]
    }

    private mutating func endLine() throws {
        number += 1
        defer { line = [] }
        if number == 1, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        guard let text = String(validating: line, as: UTF8.self) else {
            return refuse("the line is not UTF-8")
        }
        var code = text.trimmed
        if code.count >= 2, code.hasPrefix("\""), code.hasSuffix("\"") {
            code = String(code.dropFirst().dropLast()).trimmed
        }
        if code.isEmpty || number == 1 && code.lowercased() == "code" { return }
        if let objection = CouponPool.objection(to: code) { return refuse(objection) }
        waiting.append((number, code))
        if waiting.count == Self.batch { try flush() }
    }

    private mutating func flush() throws {
        let codes = waiting.map(\.code)
        let pool = pool
        let isNew = try store.write(.bulk) { try $0.importCoupons(codes, to: pool) }
        for (one, isNew) in zip(waiting, isNew) {
            if isNew {
                added += 1
            } else {
                duplicates += 1
                note(one.line, "the pool has this code already")
            }
        }
        waiting = []
    }

    private mutating func refuse(_ reason: String) {
        refused += 1
        note(number, reason)
    }

    private mutating func note(_ line: Int, _ reason: String) {
        if problems.count < Self.problemLimit { problems.append((line, reason)) }
    }
}
