/// A line of an administrator's rules that cannot be read.
package struct RulesError: Error, Hashable, CustomStringConvertible {
    /// From 1.
    package var line: Int
    /// What was expected; no address, no text of the file.
    package var what: String

    package var description: String { "line \(line): \(what)" }
}
