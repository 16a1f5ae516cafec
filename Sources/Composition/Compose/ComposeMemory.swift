import Liquid
import Message

/// Memory that composing one message leaves to the next, and nothing of the message. One a thread.
package final class ComposeMemory {
    let html = QuotedPrintable()
    let text = QuotedPrintable()
    var output = RenderOutput()

    package init() {}
}
