import Liquid
import Message

/// Memory that composing one message leaves to the next, and nothing of the message. One a thread.
package final class ComposeMemory {
    let html = BodyMemory()
    let text = BodyMemory()
    var output = RenderOutput()
    /// What one part found and the next need not compute.
    var known = KnownValues()

    package init() {}
}

/// One encoded body, and where values stand in it.
final class BodyMemory {
    let encoder = QuotedPrintable()
    let values = WrittenValues()

    /// Begins a body in the same memory.
    func removeAll() {
        encoder.removeAll()
        values.removeAll()
    }
}
