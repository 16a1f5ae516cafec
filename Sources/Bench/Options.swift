internal import Diagnostics

/// `--name value` pairs of a command line; a name may stand once.
struct Options {
    private var values: [String: String] = [:]

    struct Invalid: Error, CustomStringConvertible {
        var description: String
    }

    /// Reads all arguments; every one must be a known name with its value.
    init(_ arguments: [String], known: [String]) throws(Invalid) {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard name.hasPrefix("--"), known.contains(String(name.dropFirst(2))) else {
                throw Invalid(
                    description: unknownName("option", name, among: known.map { "--\($0)" }))
            }
            guard let value = rest.popFirst() else {
                throw Invalid(description: "\(name) needs a value")
            }
            guard values.updateValue(value, forKey: String(name.dropFirst(2))) == nil else {
                throw Invalid(description: "\(name) is given twice")
            }
        }
    }

    subscript(name: String) -> String? { values[name] }

    /// A whole number within bounds, or what holds when it is not given.
    func number(
        _ name: String, in range: ClosedRange<Int>, default standard: Int
    ) throws(Invalid) -> Int {
        guard let text = values[name] else { return standard }
        guard let number = Int(text), range.contains(number) else {
            throw Invalid(
                description:
                    "--\(name) takes a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// ADDRESS:PORT; nil when it is not given.
    func address(_ name: String) throws(Invalid) -> (host: String, port: UInt16)? {
        guard let text = values[name] else { return nil }
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...])
        else { throw Invalid(description: "--\(name) takes ADDRESS:PORT") }
        return (String(text[..<colon]), port)
    }
}
