import Core
import Message
import Pacing

/// What a mailing says of itself above its body: the `key: value` lines between two `---`.
package struct FrontMatter: Sendable {
    /// Where the text part comes from.
    package enum TextPart: String, Sendable, CaseIterable {
        /// `NAME.txt` when it is there, else derived from the HTML.
        case auto
        case none
        /// `NAME.txt`, which must be there.
        case file
    }

    /// What happens to a message of which nobody knows whether it was taken.
    package enum InDoubt: String, Sendable, CaseIterable {
        case hold, resend
    }

    /// How images of the folder reach the recipient.
    package enum Images: String, Sendable, CaseIterable {
        /// Served by the public endpoint.
        case host
        /// Sent along with each message.
        case embed
    }

    package enum Switch: String, Sendable, CaseIterable {
        case on, off
    }

    /// How many people may be left out because their message could not be made.
    package enum SkipLimit: Hashable, Sendable {
        /// A part of the audience, 0 to 1.
        case share(Double)
        case count(Int)
    }

    /// A template; never blank.
    package var subject = ""
    /// A template: what an inbox shows after the subject.
    package var preheader: String?
    package var from: Mailbox?
    package var replyTo: Mailbox?
    package var topic: String?
    package var kind = MailingKind.marketing
    /// A segment's name or a condition.
    package var audience: String?
    package var send = Send.hold
    /// The hours in which it may leave; nil is the daemon's own.
    package var window: SendWindow?
    /// By when a run must be through.
    package var deadline: Deadline?
    /// Who gets it first.
    package var stagger: Stagger?
    /// A person gets it once in this time, whatever sends it; `ever` is longer than anybody lives.
    package var once: TimeSpan?
    package var approve: String?
    /// Colleagues who get every combination of choices when a version comes into force.
    package var proof: [EmailAddress] = []
    package var layout: String?
    package var text = TextPart.auto
    package var inlineCSS = Switch.off
    package var images = Images.host
    /// Paths of attached files, relative to the folder, and where each stands in this file.
    package var attachments: [(path: String, offset: Int)] = []
    /// A language tag (BCP 47).
    package var language: String?
    /// A name of the system's time zone data.
    package var zone: String?
    package var tracksClicks = true
    package var tracksOpens = true
    /// Whether the HTML part has a link that no person sees, which tells scanners from people.
    package var hasTrap = false
    /// What is added to the target of each counted link.
    package var linkParameters = LinkParameters()
    /// Until when counted links lead to their targets; nil: for good.
    package var linkExpiry: LinkExpiry?
    /// What a blank field prints in this mailing.
    package var defaults: [String: String] = [:]
    package var maxSkip = SkipLimit.share(0.02)
    package var inDoubt = InDoubt.hold
    /// Nil: before all others when triggers start it, else normal.
    package var priority: Priority?
    /// Messages of this mailing alone.
    package var rate: Rate?
    /// How long a message is tried; nil is the daemon's own.
    package var lifetime: TimeSpan?
    /// Where each key's value starts in the file, in bytes.
    package var offsets: [String: Int] = [:]
    /// The first byte after the closing `---` line.
    package var bodyStart = 0

    package init() {}

    /// Every key, in the manual's order.
    package static let keys = [
        "subject", "preheader", "from", "reply-to", "topic", "kind", "audience", "send", "window",
        "deadline", "release", "once", "approve", "proof", "layout", "text", "inline-css", "images",
        "attach", "language", "zone", "track",
        "link-parameters", "links-expire", "defaults", "max-skip", "in-doubt", "priority", "rate",
        "lifetime",
    ]
}
