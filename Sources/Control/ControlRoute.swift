import Core
import HTTP
import JSON

/// One operation of the control socket: the table below is the whole interface, and `GET /v1` prints
/// it.
struct ControlRoute: Sendable {
    enum Work: Sendable {
        /// Answers with JSON.
        case answer(@Sendable (ControlSession, ControlCall) throws -> JSON)
        /// Reads a streamed body, then answers with JSON.
        case upload(@Sendable (ControlSession, ControlCall) throws -> JSON)
        /// Writes people as they are read.
        case export
        /// Writes JSON lines when `follow` is set, else answers.
        case events
    }

    var method: HTTPMethod
    /// `{…}` stands for one part of the path.
    var path: String
    var summary: String
    /// Query parameters, or members of a JSON object in the body.
    var options: [String] = []
    var work: Work

    var changes: Bool { method != .get }

    static let all: [ControlRoute] = [
        ControlRoute(
            method: .get, path: "/v1", summary: "this list",
            work: .answer { _, _ in ControlRoute.listing }),
        ControlRoute(
            method: .get, path: "/v1/status", summary: "what the daemon is doing",
            work: .answer { session, _ in try session.status() }),
        ControlRoute(
            method: .post, path: "/v1/import",
            summary: "profiles from CSV or JSON lines in the body, packed by gzip or not",
            options: ["mode", "map", "format", "dry_run", "consent", "from_start"],
            work: .upload { session, call in try session.importProfiles(call) }),
        ControlRoute(
            method: .get, path: "/v1/export", summary: "people as CSV or JSON lines",
            options: ["segment", "format", "fields", "for_spreadsheets"], work: .export),
        ControlRoute(
            method: .get, path: "/v1/fields", summary: "all fields, and who declares them",
            work: .answer { session, call in try session.fields(call) }),
        ControlRoute(
            method: .get, path: "/v1/fields/{name}", summary: "one field, and how many have it",
            work: .answer { session, call in try session.field(call) }),
        ControlRoute(
            method: .post, path: "/v1/fields/{name}", summary: "adds a field beside loop.conf's",
            options: ["type", "values", "half_life", "cap", "required", "default", "history"],
            work: .answer { session, call in try session.addField(call) }),
        ControlRoute(
            method: .get, path: "/v1/profiles", summary: "the people in a segment",
            options: ["segment", "after", "limit"],
            work: .answer { session, call in try session.profiles(call) }),
        ControlRoute(
            method: .get, path: "/v1/profiles/{email}", summary: "one person",
            work: .answer { session, call in try session.profile(call) }),
        ControlRoute(
            method: .patch, path: "/v1/profiles/{email}",
            summary: "sets fields: the members of the JSON object in the body; null clears one",
            work: .answer { session, call in try session.setProfile(call) }),
        ControlRoute(
            method: .get, path: "/v1/profiles/{email}/history",
            summary: "changes of fields that keep a history", options: ["field", "limit"],
            work: .answer { session, call in try session.history(call) }),
        ControlRoute(
            method: .get, path: "/v1/profiles/{email}/export",
            summary: "everything that is known of one person",
            work: .answer { session, call in try session.exportProfile(call) }),
        ControlRoute(
            method: .post, path: "/v1/profiles/{email}/merge",
            summary: "joins another profile of this person to it", options: ["other"],
            work: .answer { session, call in try session.mergeProfiles(call) }),
        ControlRoute(
            method: .post, path: "/v1/profiles/{email}/erase",
            summary: "forgets a person but for a keyed hash of the address",
            work: .answer { session, call in try session.eraseProfile(call) }),
        ControlRoute(
            method: .post, path: "/v1/profiles/{email}/events",
            summary: "records what happened to a person outside mail",
            options: ["kind", "values", "text", "at"],
            work: .answer { session, call in try session.addEvent(call) }),
        ControlRoute(
            method: .get, path: "/v1/complaints",
            summary: "complaints made outside mail that are open", options: ["limit"],
            work: .answer { session, call in try session.openComplaints(call) }),
        ControlRoute(
            method: .post, path: "/v1/complaints/{id}/close", summary: "closes one",
            work: .answer { session, call in try session.closeEvent(call) }),
        ControlRoute(
            method: .get, path: "/v1/sales",
            summary: "what was sold, by mailing, alternative and channel",
            work: .answer { session, _ in try session.revenue() }),
        ControlRoute(
            method: .get, path: "/v1/surveys", summary: "all surveys",
            work: .answer { session, _ in try session.surveys() }),
        ControlRoute(
            method: .get, path: "/v1/surveys/{name}",
            summary: "one survey: answers, and the score by mailing and month",
            work: .answer { session, call in try session.survey(call) }),
        ControlRoute(
            method: .get, path: "/v1/mailings", summary: "all mailings with their counts",
            work: .answer { session, _ in try session.mailings() }),
        ControlRoute(
            method: .get, path: "/v1/mailings/{name}", summary: "one mailing",
            work: .answer { session, call in try session.mailing(call) }),
        ControlRoute(
            method: .post, path: "/v1/mailings/{name}/release", summary: "lets a waiting one go",
            work: .answer { session, call in try session.release(call) }),
        ControlRoute(
            method: .post, path: "/v1/mailings/{name}/pause", summary: "stops a running one",
            options: ["reason"], work: .answer { session, call in try session.pause(call) }),
        ControlRoute(
            method: .post, path: "/v1/mailings/{name}/resume", summary: "lets a paused one go on",
            work: .answer { session, call in try session.resume(call) }),
        ControlRoute(
            method: .post, path: "/v1/mailings/{name}/cancel", summary: "ends it for good",
            work: .answer { session, call in try session.cancel(call) }),
        ControlRoute(
            method: .post, path: "/v1/mailings/{name}/retry",
            summary: "tries deferred ones now, or only refused and expired ones again",
            options: ["failed_only"], work: .answer { session, call in try session.retry(call) }),
        ControlRoute(
            method: .get, path: "/v1/mailings/{name}/in-doubt",
            summary: "deliveries of which nobody knows whether they arrived",
            options: ["after", "limit"],
            work: .answer { session, call in try session.inDoubt(call) }),
        ControlRoute(
            method: .post, path: "/v1/mailings/{name}/in-doubt",
            summary: "decides about them: resend or drop", options: ["decision"],
            work: .answer { session, call in try session.resolveDoubt(call) }),
        ControlRoute(
            method: .get, path: "/v1/mailings/{name}/preview",
            summary: "how it would look to somebody; whole=true with HTML and message",
            options: ["profile", "segment", "limit", "as_if", "whole"],
            work: .answer { session, call in try session.preview(call) }),
        ControlRoute(
            method: .post, path: "/v1/mailings/{name}/test",
            summary: "sends what a person would get to somebody else", options: ["to", "profile"],
            work: .answer { session, call in try session.test(call) }),
        ControlRoute(
            method: .get, path: "/v1/queue",
            summary: "what waits, mailing by mailing; with a mailing, its deliveries",
            options: ["mailing", "state", "destination", "after", "limit"],
            work: .answer { session, call in try session.queue(call) }),
        ControlRoute(
            method: .post, path: "/v1/queue/flush", summary: "tries deferred deliveries now",
            options: ["mailing"], work: .answer { session, call in try session.flush(call) }),
        ControlRoute(
            method: .get, path: "/v1/destinations",
            summary: "receivers that are slow, rest or have mail waiting",
            work: .answer { session, _ in session.destinations() }),
        ControlRoute(
            method: .post, path: "/v1/destinations/{name}/slow",
            summary: "mails one no faster than a rate", options: ["rate"],
            work: .answer { session, call in try session.orderDestination(.slow, call) }),
        ControlRoute(
            method: .post, path: "/v1/destinations/{name}/rest", summary: "mails one no more",
            work: .answer { session, call in try session.orderDestination(.rest, call) }),
        ControlRoute(
            method: .post, path: "/v1/destinations/{name}/resume",
            summary: "takes back rate and rest, forgets what was learnt",
            work: .answer { session, call in try session.orderDestination(.resume, call) }),
        ControlRoute(
            method: .get, path: "/v1/relays", summary: "the relays, and why one takes no mail",
            work: .answer { session, _ in session.relays() }),
        ControlRoute(
            method: .post, path: "/v1/relays/{name}/rest", summary: "hands one no mail",
            work: .answer { session, call in try session.orderRelay(call, rests: true) }),
        ControlRoute(
            method: .post, path: "/v1/relays/{name}/resume",
            summary: "takes back the rest, forgets its failures",
            work: .answer { session, call in try session.orderRelay(call, rests: false) }),
        ControlRoute(
            method: .get, path: "/v1/events",
            summary: "what happened; with follow=true, a line of JSON each, and on as they come",
            options: ["after", "limit", "follow"], work: .events),
        ControlRoute(
            method: .get, path: "/v1/mailings/{name}/links",
            summary: "how often each link and the images were asked for: gross, net, human",
            work: .answer { session, call in try session.linkFigures(call) }),
        ControlRoute(
            method: .get, path: "/v1/hits/withheld",
            summary: "clicks that count for nobody, since machines are held for them",
            options: ["before", "limit"],
            work: .answer { session, call in try session.withheldClicks(call) }),
        ControlRoute(
            method: .post, path: "/v1/hits/{id}/release",
            summary: "counts a withheld click as the person's, with all it sets off",
            work: .answer { session, call in try session.releaseClick(call) }),
        ControlRoute(
            method: .get, path: "/v1/errors", summary: "what events should have done and could not",
            options: ["limit"],
            work: .answer { session, call in try session.errors(call) }),
        ControlRoute(
            method: .get, path: "/v1/segments", summary: "all segments, and what each asks",
            work: .answer { session, _ in session.segments() }),
        ControlRoute(
            method: .get, path: "/v1/segments/{name}", summary: "how many people are in it",
            work: .answer { session, call in try session.segment(call) }),
        ControlRoute(
            method: .get, path: "/v1/segments/{name}/explain/{email}",
            summary: "why somebody is in it or not, part by part",
            work: .answer { session, call in try session.explainSegment(call) }),
        ControlRoute(
            method: .get, path: "/v1/audience", summary: "how many people a condition holds for",
            options: ["where"], work: .answer { session, call in try session.audience(call) }),
        ControlRoute(
            method: .get, path: "/v1/sequences",
            summary: "all sequences with how many people are in them",
            work: .answer { session, _ in try session.sequences() }),
        ControlRoute(
            method: .get, path: "/v1/sequences/{name}",
            summary: "one sequence: how many people wait for each step",
            work: .answer { session, call in try session.sequence(call) }),
        ControlRoute(
            method: .post, path: "/v1/sequences/{name}/remove/{email}",
            summary: "takes somebody out of a sequence",
            work: .answer { session, call in try session.removeFromSequence(call) }),
        ControlRoute(
            method: .get, path: "/v1/outgoing",
            summary: "webhook calls and staff mail that wait or were given up",
            options: ["after", "limit"],
            work: .answer { session, call in try session.outgoing(call) }),
        ControlRoute(
            method: .post, path: "/v1/outgoing/{id}/retry",
            summary: "tries one now, or with failed for the id all that were given up",
            work: .answer { session, call in try session.retryOutgoing(call) }),
        ControlRoute(
            method: .post, path: "/v1/outgoing/{id}/drop",
            summary: "forgets one, or with failed for the id all that were given up",
            work: .answer { session, call in try session.dropOutgoing(call) }),
        ControlRoute(
            method: .get, path: "/v1/coupons", summary: "all coupon pools with what is left",
            work: .answer { session, _ in try session.couponPools() }),
        ControlRoute(
            method: .get, path: "/v1/coupons/{pool}",
            summary: "one coupon pool, and who has which code", options: ["after", "limit"],
            work: .answer { session, call in try session.couponPool(call) }),
        ControlRoute(
            method: .post, path: "/v1/coupons/{pool}",
            summary: "codes for a pool, one a line of the body",
            work: .upload { session, call in try session.importCoupons(call) }),
        ControlRoute(
            method: .post, path: "/v1/replay",
            summary: "what the rules in the body would have made of what has happened since",
            options: ["since", "mailing", "limit"],
            work: .upload { session, call in try session.replay(call) }),
        ControlRoute(
            method: .get, path: "/v1/consent",
            summary: "checks the consent ledger from first row to last; head=SEAL must be in it",
            options: ["head"],
            work: .answer { session, call in try session.verifyConsent(call) }),
        ControlRoute(
            method: .get, path: "/v1/consent/{email}", summary: "what an address consented to",
            work: .answer { session, call in try session.consent(call) }),
        ControlRoute(
            method: .get, path: "/v1/wordings/{hash}",
            summary: "a text that people saw when they chose",
            work: .answer { session, call in try session.wording(call) }),
        ControlRoute(
            method: .get, path: "/v1/why/{email}",
            summary:
                "why an address gets mail or none, got this and not that; what bounces amount to",
            options: ["mailing"],
            work: .answer { session, call in try session.why(call) }),
        ControlRoute(
            method: .post, path: "/v1/bounces",
            summary: "a message that came back, in the body; to=ADDRESS, whom it was for",
            options: ["to"], work: .upload { session, call in try session.ingest(call) }),
        ControlRoute(
            method: .get, path: "/v1/quarantine", summary: "messages that were not understood",
            work: .answer { session, _ in try session.quarantine() }),
        ControlRoute(
            method: .get, path: "/v1/senders", summary: "From domains whose next mailing is held",
            work: .answer { session, _ in try session.senders() }),
        ControlRoute(
            method: .post, path: "/v1/senders/{name}/release",
            summary: "lets mailings of a From domain start again",
            work: .answer { session, call in try session.releaseSender(call) }),
        ControlRoute(
            method: .post, path: "/v1/keys/rotate",
            summary: "adds a key for links and return paths; old ones go on verifying",
            work: .answer { session, _ in ["done": .string(try session.host.rotateKeys())] }),
        ControlRoute(
            method: .post, path: "/v1/reload", summary: "reads configuration and folder again",
            work: .answer { session, _ in try session.reload() }),
    ]

    private static var listing: JSON {
        .array(
            all.map { route in
                [
                    "method": .string(route.method.name), "path": .string(route.path),
                    "options": .array(route.options.map(JSON.string)),
                    "summary": .string(route.summary),
                ]
            })
    }

    /// The operation that a request asks for, and the parts of its path.
    static func find(
        _ request: HTTPRequest
    ) throws(ControlError) -> (route: ControlRoute, parameters: [String: String]) {
        let parts = Self.parts(request.path)
        let matches = all.compactMap { route in
            route.parameters(parts).map { (route: route, parameters: $0) }
        }
        guard !matches.isEmpty else {
            throw ControlError(404, "there is nothing here", hint: "GET /v1 lists what there is.")
        }
        guard let match = matches.first(where: { $0.route.method == request.method }) else {
            let methods = matches.map(\.route.method.name).joined(separator: ", ")
            throw ControlError(405, "this takes \(methods)")
        }
        return match
    }

    /// Whether the body of a request is read as it arrives.
    static func isUpload(_ request: HTTPRequest) -> Bool {
        guard let route = try? find(request).route, case .upload = route.work else { return false }
        return true
    }

    private static func parts(_ path: String) -> [Substring] {
        path.split(separator: "/", omittingEmptySubsequences: true)
    }

    private func parameters(_ given: [Substring]) -> [String: String]? {
        let wanted = Self.parts(path)
        guard wanted.count == given.count else { return nil }
        var parameters: [String: String] = [:]
        for (pattern, part) in zip(wanted, given) {
            if pattern.first == "{" {
                guard let text = PercentCoding.decoded(part) else { return nil }
                parameters[String(pattern.dropFirst().dropLast())] = text
            } else if pattern != part {
                return nil
            }
        }
        return parameters
    }
}
