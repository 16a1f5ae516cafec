/// The link that no person sees: whoever asks for it follows links by itself.
package enum TrapLink {
    /// Its number in every mail; no other link has it.
    package static let number = 65_535
}
