/// Something wrong, or doubtful, at a place in a file that a person wrote.
package struct Finding: Hashable, Sendable, Error {
    package enum Severity: String, Sendable {
        /// The file is not activated.
        case refuse
        /// It is, but somebody should look.
        case warn
    }

    package var severity: Severity
    /// A short stable name, kebab case: `unknown-filter`.
    package var code: String
    package var path: String
    package var position: SourcePosition
    /// What is wrong and what to do, one sentence without a full stop.
    package var message: String
    /// The line it points at, for the caret.
    package var line: String

    package init(
        _ severity: Severity = .refuse, code: String, in source: SourceText, at offset: Int,
        _ message: String
    ) {
        self.severity = severity
        self.code = code
        path = source.path
        position = source.position(ofByte: offset)
        self.message = message
        line = source.line(position.line)
    }

    package init(
        _ severity: Severity = .refuse, code: String, path: String, position: SourcePosition,
        line: String = "", _ message: String
    ) {
        self.severity = severity
        self.code = code
        self.path = path
        self.position = position
        self.message = message
        self.line = line
    }

    /// `path:line:column: refuse: code: message`, always one line: a message may quote what stands
    /// in a template.
    package var summary: String {
        let place = "\(path):\(position.line):\(position.column)"
        return "\(place): \(severity.rawValue): \(code): \(Self.oneLine(message))"
    }

    private static let messageLimit = 500

    private static func oneLine(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(messageLimit) {
            line.append(scalar.value < 0x20 || scalar.value == 0x7F ? " " : scalar)
        }
        if text.unicodeScalars.dropFirst(messageLimit).first != nil { line.append("…") }
        return String(line)
    }

    /// The summary, the line and a caret under the place. Lines over 160 columns are cut around it.
    package var report: String {
        guard !line.isEmpty else { return summary }
        let scalars = Array(line.unicodeScalars)
        let column = min(position.column, scalars.count + 1)
        let start = max(0, min(column - 80, scalars.count - 160))
        let end = min(scalars.count, start + 160)
        var shown = ""
        for scalar in scalars[start..<end] {
            shown.unicodeScalars.append(scalar.value < 0x20 || scalar.value == 0x7F ? " " : scalar)
        }
        let caret = String(repeating: " ", count: column - 1 - start) + "^"
        return "\(summary)\n    \(shown)\n    \(caret)"
    }
}
