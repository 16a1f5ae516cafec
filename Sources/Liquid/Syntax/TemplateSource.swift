package import Diagnostics

/// The text of one template, layout or partial, shared by every node that was parsed from it.
package final class TemplateSource: Sendable {
    package let text: SourceText

    package init(_ text: SourceText) {
        self.text = text
    }
}

/// A byte in a template's source. Nodes carry it themselves because a spliced tree mixes sources.
package struct Place: Sendable {
    package let source: TemplateSource
    /// In bytes from the start of the source.
    package var offset: Int

    package init(_ source: TemplateSource, _ offset: Int) {
        self.source = source
        self.offset = offset
    }

    /// A refusal that points here.
    package func finding(_ code: String, _ message: String) -> Finding {
        finding(.refuse, code, message)
    }

    /// A finding that points here.
    package func finding(
        _ severity: Finding.Severity, _ code: String, _ message: String
    ) -> Finding {
        Finding(severity, code: code, in: source.text, at: offset, message)
    }
}
