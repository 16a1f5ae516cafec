internal import Composition
import Core
import Expression
import JSON
import Rules
import Store

/// What other rules would have made of what has happened: recorded events are played twice, under
/// the rules in force and under those that are tried, and the ends are compared.
///
/// Nothing is sent, and nothing written but scratch stores, which hold one batch of people at a
/// time. Events before `since` are played under the rules in force on both sides, so that the two
/// begin alike. What is decided when a mail is sent (caps, quiet hours) plays no part, and nobody
/// opens or clicks what she would have got. Of a mailing that is asked about, everybody at the end
/// of both courses is asked whether she would get it and with which alternatives.
package struct Replay {
    /// People played at once.
    private static let batch = 50

    private let reader: ReadAccess
    private let request: ReplayRequest
    private let links: LinkBinding.Lookup
    private let driven: DrivenValues
    private let current: ReplaySide
    private let tried: ReplaySide
    private var report: ReplayReport

    /// - Parameters:
    ///   - current: the rules in force.
    ///   - directory: where the scratch stores are made and removed.
    package init(
        _ request: ReplayRequest, current rules: LoopRules, in store: Store,
        links: @escaping LinkBinding.Lookup, directory: String
    ) throws {
        reader = try store.reader()
        self.request = request
        report = ReplayReport(request)
        self.links = links
        driven = DrivenValues([rules, request.rules])
        let reader = reader
        let mailings = try reader.mailings().map { mailing in
            (mailing, try mailing.activeVersion.flatMap { try reader.version($0) })
        }
        current = try ReplaySide(
            rules, then: rules, request, request.mailing?.current, mailings: mailings, links: links,
            directory: directory)
        tried = try ReplaySide(
            rules, then: request.rules, request, request.mailing?.tried, mailings: mailings,
            links: links,
            directory: directory)
    }

    /// Plays everybody to whom something happened since then, and asks the others about the mailing.
    package mutating func run() throws -> JSON {
        var after: Int64 = 0
        let columns = try reader.fieldColumns()
        while case let ids = try reader.profiles(
            activeSince: request.since, after: after, limit: Self.batch), let last = ids.last
        {
            after = last
            let lives = try ids.compactMap {
                try ReplayedLife(
                    $0, driven: driven, links: links, columns: columns, now: request.now,
                    from: reader)
            }
            let (now, then) = (try current.play(lives), try tried.play(lives))
            for (life, (now, then)) in zip(lives, zip(now, then)) {
                report.add(life, now, then)
            }
        }
        if let mailing = request.mailing, mailing.current.audience != nil {
            try Bystanders(mailing, request, from: reader).each { email, now, then in
                report.add(bystander: email, now, then)
            }
        }
        return report.json
    }
}
