package import Core
package import Pacing
internal import Sections

extension Configuration {
    /// Another system that reports events and people over HTTP.
    package struct Caller: Hashable, Sendable {
        /// What it may do.
        package enum Right: String, Hashable, Sendable, CaseIterable {
            case events, profiles, subscribe
        }

        package var name: String
        /// An absolute path, or the name of a systemd credential.
        package var keyFile = ""
        package var rights: Set<Right> = [.events]
        /// Kinds of events; empty: all that may come from outside.
        package var kinds: [String] = []
        /// Nil: as fast as it can.
        package var rate: Rate?
    }

    /// How what happens on a web site is brought together with mail.
    package struct Conversions: Hashable, Sendable {
        /// How long a click or visit is credited with what is sold after it.
        package var window = TimeSpan.days(7)
        /// Hosts whose links get a click id.
        package var hosts: [String] = []
    }
}

extension ConfigurationReader {
    mutating func caller(_ section: Section) -> Configuration.Caller {
        var caller = Configuration.Caller(name: section.name ?? "")
        if let entry = section["key-file"] {
            set(&caller.keyFile, entry, secretFile)
        } else {
            refuse(at: section.offset, "[caller \(caller.name)] needs a key-file")
        }
        set(&caller.rights, section["may"], rights)
        set(&caller.kinds, section["kinds"], list)
        set(&caller.rate, section["rate"], { rate($0).map { $0 } })
        return caller
    }

    mutating func read(
        conversions section: Section, into conversions: inout Configuration.Conversions
    ) {
        set(&conversions.window, section["window"], window)
        set(&conversions.hosts, section["hosts"], domains)
    }
}

private func rights(_ text: String) -> Reading<Set<Configuration.Caller.Right>> {
    var rights: Set<Configuration.Caller.Right> = []
    for name in text.split(separator: ",").map(\.trimmed) where !name.isEmpty {
        guard let right = Configuration.Caller.Right(rawValue: name) else {
            return wrong("expected some of events, profiles, subscribe")
        }
        rights.insert(right)
    }
    return rights.isEmpty ? wrong("expected some of events, profiles, subscribe") : .success(rights)
}

private func window(_ text: String) -> Reading<TimeSpan> {
    switch span(text) {
    case .success(let span) where span > .days(365) || span <= .zero: wrong("at most 365d")
    case let reading: reading
    }
}
