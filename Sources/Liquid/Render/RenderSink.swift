/// Takes what a render writes, piece by piece and in order, for those who want it in another form
/// than bytes, and have the template's text in that form already.
package protocol RenderSink: AnyObject {
    /// Text of the template, by its number in `Program.literals`.
    func write(literal number: Int)
    /// What an output or a tag printed; with a number it is all that this value prints, below
    /// `Program.valueCount`.
    func write(_ text: UnsafeBufferPointer<UInt8>, value number: Int?)
    /// Writes what was written under this number before, and says how many octets it was; nil when
    /// it must be given again.
    func write(again number: Int) -> Int?
    /// `RenderInput.linkPrefix` and this number.
    func write(link number: Int)
}
