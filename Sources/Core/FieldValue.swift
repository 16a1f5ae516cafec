/// A value in a profile, an event or an expression; missing is its own state.
package enum FieldValue: Hashable, Sendable {
    case missing
    /// Unicode text in NFC; also the value of a choice field.
    case text(String)
    case number(Double)
    case flag(Bool)
    case date(Instant)
    case span(TimeSpan)
    case list([String])

    /// Told by the case alone: comparing values compares texts.
    package var isMissing: Bool { if case .missing = self { true } else { false } }
}
