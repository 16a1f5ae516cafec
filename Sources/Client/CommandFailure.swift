/// Why a command was not carried out, and what to do about it.
package struct CommandFailure: Error, Hashable, Sendable {
    package var code: ExitCode
    package var message: String
    package var hint: String?

    init(_ code: ExitCode, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    static func usage(_ message: String, hint: String? = nil) -> Self {
        Self(.usage, message, hint: hint)
    }
}
