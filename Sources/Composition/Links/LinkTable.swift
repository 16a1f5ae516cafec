import Diagnostics
import Liquid

/// The links of a mailing as they are numbered, HTML part first, in document order.
struct LinkTable {
    /// One link as the template has it.
    struct Entry {
        var number: Int
        /// In the text part, which is counted apart.
        var isInText: Bool
        var host: String
        /// The target with its texts decoded.
        var target: [Node]
        /// `data-link`.
        var name: String?
        /// `data-action` and where its value starts.
        var action: String?
        var actionPlace: Place?
        var place: Place

        /// Nil when the target depends on the recipient.
        var staticTarget: String? {
            var bytes: [UInt8] = []
            for node in target {
                guard case .text(let text) = node else { return nil }
                bytes.append(contentsOf: text.bytes)
            }
            return LinkTarget.encoded(bytes[...])
        }
    }

    /// The most links a mailing may have.
    static let limit = 1000

    private(set) var entries: [Entry] = []
    private(set) var findings: [Finding] = []
    /// Whether clicks are counted; else links stay as they are.
    let isTracking: Bool
    let grants: Grants

    init(isTracking: Bool, grants: Grants) {
        self.isTracking = isTracking
        self.grants = grants
    }

    /// Nobody mends more than this at once.
    private static let findingLimit = 100

    /// Notes a refusal.
    mutating func refuse(_ place: Place, _ code: String, _ message: String) {
        guard findings.count < Self.findingLimit else { return }
        findings.append(place.finding(.refuse, code, message))
    }

    /// Judges a target and numbers it. Returns the node to put in its place; nil leaves the
    /// target as it stands.
    mutating func add(
        _ target: [Node], isInText: Bool, name: String? = nil, action: String? = nil,
        actionPlace: Place? = nil, at place: Place
    ) -> Node? {
        let kind: LinkTarget
        do throws(LinkTarget.Refusal) {
            kind = try LinkTarget.judge(target)
        } catch {
            refuse(place, error.code, error.message)
            return nil
        }
        switch kind {
        // Whether maild has a link of that name is asked of every path, linked or not.
        case .ours, .untouched: break
        case .web(let host):
            if !Grants.covers(grants.linkHosts, host) {
                refuse(
                    place, "link-host",
                    "links to \(host) are not granted: see link-hosts in maild.conf")
            } else if isTracking {
                return append(
                    Entry(
                        number: entries.count + 1, isInText: isInText, host: host, target: target,
                        name: name, action: action, actionPlace: actionPlace, place: place))
            }
        }
        // What the text part is derived from was refused once.
        if action != nil, !isInText {
            refuse(
                actionPlace ?? place, "action-unbound",
                "only a counted link to a web page can run an action")
        }
        return nil
    }

    private mutating func append(_ entry: Entry) -> Node? {
        guard entries.count < Self.limit else {
            refuse(entry.place, "too-many-links", "a mailing has at most \(Self.limit) links")
            return nil
        }
        entries.append(entry)
        // A render numbers personal targets by itself; this tells which link each came from.
        let mark = Node.Text(Array("\(entry.number) ".utf8), at: entry.place, isRaw: true)
        let target = entry.staticTarget == nil ? [.text(mark)] + entry.target : entry.target
        return .link(Node.Link(number: entry.number, target: target, at: entry.place))
    }
}
