/// Numbers for what several programs compute from the same data: each value and decision that
/// depends on fields and data alone gets one, so that a render finds what another found before.
///
/// Of use while programs are compiled. Those that share one are rendered with the same input but
/// for `choices` and `blocks`, on which no shared value depends.
package final class SharedValues {
    private(set) var values: [[UInt8]: Int] = [:]
    private(set) var decisions: [[UInt8]: Int] = [:]

    package init() {}

    func value(_ key: [UInt8]) -> Int { Self.number(key, in: &values) }
    func decision(_ key: [UInt8]) -> Int { Self.number(key, in: &decisions) }

    private static func number(_ key: [UInt8], in numbers: inout [[UInt8]: Int]) -> Int {
        if let number = numbers[key] { return number }
        numbers[key] = numbers.count
        return numbers.count - 1
    }
}
