import Core
import Diagnostics
import Message
import Pacing

extension FrontMatter {
    /// Reads a mailing's front matter; nil when anything in it is refused.
    package static func read(_ source: SourceText) -> (FrontMatter?, [Finding]) {
        let (matter, findings) = attempt(source)
        return (findings.isEmpty ? matter : nil, findings)
    }

    /// The same, with what could be read besides the findings; nil when it has no end.
    static func attempt(_ source: SourceText) -> (FrontMatter?, [Finding]) {
        let reader = FrontMatterReader(source)
        guard let bodyStart = reader.bodyStart else { return (nil, reader.findings) }
        var values = Values(source: source, findings: reader.findings)
        values.matter.bodyStart = bodyStart
        for entry in reader.entries { values.take(entry) }
        values.requireWhatMustBeThere()
        values.requireRun()
        values.requireCountedLinks()
        return (values.matter, values.findings)
    }
}

/// Turns entries into typed values.
private struct Values {
    let source: SourceText
    var findings: [Finding]
    var matter = FrontMatter()

    init(source: SourceText, findings: [Finding]) {
        self.source = source
        self.findings = findings
    }

    mutating func take(_ entry: FrontMatterReader.Entry) {
        let key = entry.key.text
        guard FrontMatter.keys.contains(key) else {
            refuse("unknown-key", entry.key, unknownName("key", key, among: FrontMatter.keys))
            return
        }
        matter.offsets[key] = entry.value.offset
        if key == "defaults" { return takeDefaults(entry) }
        if key == "proof", entry.value.text.isEmpty, !entry.items.isEmpty {
            return takeProof(entry.items.map(\.value))
        }
        if key == "attach" { return takeAttachments(entry) }
        if key == "link-parameters" { return takeLinkParameters(entry) }
        guard entry.items.isEmpty else {
            return refuse("front-matter", entry.key, "\"\(key)\" takes one value, on its line")
        }
        if entry.value.text.isEmpty, key != "subject" {
            return refuse("front-matter", entry.key, "\"\(key)\" has no value")
        }
        takeScalar(key, entry.value)
    }

    private mutating func takeScalar(_ key: String, _ value: FrontMatterReader.Value) {
        switch key {
        case "subject": matter.subject = value.text
        case "preheader": matter.preheader = value.text
        case "from": matter.from = mailbox(value)
        case "reply-to": matter.replyTo = mailbox(value)
        case "topic": matter.topic = name(value)
        case "kind": matter.kind = choice(value) ?? matter.kind
        case "audience": matter.audience = value.text
        case "send": takeSend(value)
        case "window": takeWindow(value)
        case "deadline": takeDeadline(value)
        case "release": takeStagger(value)
        case "once": takeOnce(value)
        case "approve": matter.approve = value.text
        case "proof": takeProof([value])
        case "layout": matter.layout = name(value)
        case "text": matter.text = choice(value) ?? matter.text
        case "inline-css": matter.inlineCSS = choice(value) ?? matter.inlineCSS
        case "images": matter.images = choice(value) ?? matter.images
        case "language": matter.language = name(value)
        case "zone": matter.zone = value.text
        case "track": takeTrack(value)
        case "links-expire": takeLinkExpiry(value)
        case "max-skip": takeMaxSkip(value)
        case "priority": matter.priority = choice(value)
        case "rate": takeRate(value)
        case "lifetime": takeLifetime(value)
        default: matter.inDoubt = choice(value) ?? matter.inDoubt
        }
    }

    mutating func requireWhatMustBeThere() {
        if matter.subject.trimmed.isEmpty {
            findings.append(
                Finding(
                    code: "missing-subject", in: source, at: matter.offsets["subject"] ?? 0,
                    "the mailing has no subject"))
        }
        if matter.from == nil, matter.offsets["from"] == nil {
            findings.append(
                Finding(code: "missing-from", in: source, at: 0, "the mailing has no from"))
        }
    }

    /// What belongs to a run makes no sense where triggers send to one person at a time.
    mutating func requireRun() {
        guard matter.send == .onTrigger else { return }
        for key in ["deadline", "release"] {
            guard let offset = matter.offsets[key] else { continue }
            findings.append(
                Finding(
                    code: key, in: source, at: offset,
                    "\(key) is for mailings with an audience, not for send: on trigger"))
        }
    }

    // MARK: - Kinds of value

    private mutating func takeDefaults(_ entry: FrontMatterReader.Entry) {
        guard entry.value.text.isEmpty else {
            return refuse(
                "front-matter", entry.value, "defaults stand below, indented: \"field: value\"")
        }
        for (name, value) in entry.items {
            guard let name else {
                refuse("front-matter", value, "a default is written \"field: value\"")
                continue
            }
            guard matter.defaults.updateValue(value.text, forKey: name.text) == nil else {
                refuse("duplicate-key", name, "\"\(name.text)\" is given twice")
                continue
            }
            matter.offsets["defaults.\(name.text)"] = name.offset
        }
    }

    /// Paths on the key's line, separated by commas, or one a line below it.
    private mutating func takeAttachments(_ entry: FrontMatterReader.Entry) {
        var offset = entry.value.offset
        for part in entry.value.text.split(separator: ",", omittingEmptySubsequences: false) {
            let blanks = part.prefix { $0 == " " || $0 == "\t" }.utf8.count
            if !part.trimmed.isEmpty {
                matter.attachments.append((part.trimmed, offset + blanks))
            } else if !entry.value.text.isEmpty {
                refuse("front-matter", entry.value, "a file's path is expected between commas")
            }
            offset += part.utf8.count + 1
        }
        for (name, value) in entry.items {
            guard name == nil else {
                refuse("front-matter", value, "an attachment is written \"- path\"")
                continue
            }
            matter.attachments.append((value.text, value.offset))
        }
        if matter.attachments.isEmpty {
            refuse("front-matter", entry.key, "\"attach\" has no value")
        }
    }

    private mutating func takeSend(_ value: FrontMatterReader.Value) {
        guard let send = FrontMatter.Send(value.text) else {
            return refuse("send", value, FrontMatter.Send.expected)
        }
        matter.send = send
    }

    private mutating func takeWindow(_ value: FrontMatterReader.Value) {
        do throws(SendWindow.Invalid) {
            matter.window = try SendWindow(value.text)
        } catch {
            refuse("window", value, error.reason)
        }
    }

    private mutating func takeDeadline(_ value: FrontMatterReader.Value) {
        matter.deadline = Deadline(value.text)
        if matter.deadline == nil {
            refuse("deadline", value, "expected a time such as 18:00 or 2026-12-01T18:00")
        }
    }

    private mutating func takeStagger(_ value: FrontMatterReader.Value) {
        matter.stagger = Stagger(value.text)
        if matter.stagger == nil {
            refuse("release", value, "expected 5% then wait or 5% then 30m if healthy")
        }
    }

    private mutating func takeOnce(_ value: FrontMatterReader.Value) {
        let span = value.text.hasPrefix("per ") ? TimeSpan(value.text.dropFirst(4).trimmed) : nil
        matter.once = value.text == "ever" ? .days(36_525) : span.flatMap { $0 > .zero ? $0 : nil }
        if matter.once == nil {
            refuse("once", value, "expected ever or a time such as per 30d")
        }
    }

    /// The most colleagues who get proofs.
    private static let proofLimit = 20

    /// Addresses with commas between, or one in each item of a list.
    private mutating func takeProof(_ values: [FrontMatterReader.Value]) {
        for value in values {
            for part in value.text.split(separator: ",", omittingEmptySubsequences: false) {
                do throws(EmailAddress.Invalid) {
                    let address = try EmailAddress(part.trimmed)
                    if !matter.proof.contains(address) { matter.proof.append(address) }
                } catch {
                    return refuse(
                        "address", value,
                        "expected addresses, name@example.com, with commas between")
                }
            }
            guard matter.proof.count <= Self.proofLimit else {
                return refuse("proof", value, "at most \(Self.proofLimit) addresses get proofs")
            }
        }
    }

    private mutating func takeTrack(_ value: FrontMatterReader.Value) {
        matter.tracksClicks = false
        matter.tracksOpens = false
        guard value.text != "none" else { return }
        for word in value.text.split(separator: ",") {
            switch word.trimmed {
            case "clicks": matter.tracksClicks = true
            case "opens": matter.tracksOpens = true
            case "trap": matter.hasTrap = true
            case let word:
                refuse(
                    "track", value,
                    unknownName(
                        "kind of tracking", word, among: ["clicks", "opens", "trap", "none"]))
            }
        }
    }

    /// One `name: value` a line.
    private mutating func takeLinkParameters(_ entry: FrontMatterReader.Entry) {
        guard entry.value.text.isEmpty, !entry.items.isEmpty else {
            return refuse(
                "front-matter", entry.value,
                "link-parameters stand below, indented: \"utm_source: newsletter\"")
        }
        for (name, value) in entry.items {
            guard let name else {
                refuse("front-matter", value, "a parameter is written \"name: value\"")
                continue
            }
            do throws(LinkParameters.Invalid) {
                try matter.linkParameters.add(name.text, value.text)
            } catch {
                refuse("link-parameters", error == .value ? value : name, error.reason)
            }
        }
    }

    private mutating func takeLinkExpiry(_ value: FrontMatterReader.Value) {
        matter.linkExpiry = LinkExpiry(value.text)
        if matter.linkExpiry == nil {
            refuse(
                "links-expire", value,
                "expected a duration such as 30d, or a date with time and zone such as "
                    + "2026-12-24T18:00+01:00")
        }
    }

    /// What is done to counted links makes no sense where none are counted.
    mutating func requireCountedLinks() {
        guard !matter.tracksClicks else { return }
        for key in ["link-parameters", "links-expire"] {
            guard let offset = matter.offsets[key] else { continue }
            findings.append(
                Finding(
                    code: key, in: source, at: offset,
                    "\(key) is for counted links: track clicks too, or write the parameters into "
                        + "the links"))
        }
        if matter.hasTrap, let offset = matter.offsets["track"] {
            findings.append(
                Finding(
                    code: "track", in: source, at: offset,
                    "a trap says something of clicks only: track clicks too"))
        }
    }

    private mutating func takeMaxSkip(_ value: FrontMatterReader.Value) {
        if let count = Int(value.text), count >= 0 {
            matter.maxSkip = .count(count)
        } else if value.text.hasSuffix("%"), let percent = Double(value.text.dropLast().trimmed),
            (0...100).contains(percent)
        {
            matter.maxSkip = .share(percent / 100)
        } else {
            refuse("max-skip", value, "expected a number of people or a percentage such as 2%")
        }
    }

    private mutating func takeRate(_ value: FrontMatterReader.Value) {
        matter.rate = Rate(value.text)
        if matter.rate == nil {
            refuse("rate", value, "expected a rate such as 50/s, 1000/min or 20000/h")
        }
    }

    private mutating func takeLifetime(_ value: FrontMatterReader.Value) {
        matter.lifetime = TimeSpan(value.text).flatMap { $0 > .zero ? $0 : nil }
        if matter.lifetime == nil {
            refuse("lifetime", value, "expected a duration such as 12h or 3d")
        }
    }

    private mutating func mailbox(_ value: FrontMatterReader.Value) -> Mailbox? {
        do {
            return try Mailbox(value.text)
        } catch {
            refuse(
                "address", value,
                "expected name@example.com or Name <name@example.com>: \(error.rawValue)")
            return nil
        }
    }

    /// A name that may stand in a path or a rule: letters, digits, `-`, `_` and `.`.
    private mutating func name(_ value: FrontMatterReader.Value) -> String? {
        let isName =
            value.text.first != "."
            && value.text.unicodeScalars.allSatisfy { scalar in
                scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || scalar == "-" || scalar == "_" || scalar == "."
            }
        guard isName else {
            refuse("name", value, "a name has letters, digits, - and _ only")
            return nil
        }
        return value.text
    }

    private mutating func choice<T: RawRepresentable<String> & CaseIterable>(
        _ value: FrontMatterReader.Value
    ) -> T? {
        if let choice = T(rawValue: value.text) { return choice }
        let names = T.allCases.map(\.rawValue)
        refuse(
            "choice", value,
            unknownName("value", value.text, among: names) + "; known are "
                + names.joined(separator: ", "))
        return nil
    }

    private mutating func refuse(
        _ code: String, _ value: FrontMatterReader.Value, _ message: String
    ) {
        findings.append(Finding(code: code, in: source, at: value.offset, message))
    }
}
