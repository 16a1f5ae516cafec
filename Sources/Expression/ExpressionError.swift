import Diagnostics

/// What is wrong with an expression, and where in its text; found when it is read, or when it is
/// evaluated (a division by zero), which is an error of that evaluation and never a silent 0.
package struct ExpressionError: Error, Hashable, Sendable {
    /// Kebab case, as in `Finding`.
    package var code: String
    /// In bytes from the start of the expression's text.
    package var offset: Int
    package var message: String

    package init(code: String = "syntax", at offset: Int, _ message: String) {
        self.code = code
        self.offset = offset
        self.message = message
    }

    /// The column in the expression's own text, in Unicode scalars from 1.
    package func column(in text: String) -> Int {
        text.utf8.prefix(offset).count { $0 & 0xC0 != 0x80 } + 1
    }

    /// As a finding in the file whose byte `base` the expression's text begins at.
    package func finding(in source: SourceText, base: Int) -> Finding {
        Finding(code: code, in: source, at: base + offset, message)
    }
}
