/// Why a render ends early.
enum Stop: Error {
    /// The template asked for it: this recipient gets nothing.
    case abort(String)
    /// Something is wrong with template or data; the place is the step's that ran.
    case fault(code: String, message: String)

    static func fault(_ message: String) -> Stop { .fault(code: "render", message: message) }
    static func limit(_ message: String) -> Stop { .fault(code: "limit", message: message) }
}
