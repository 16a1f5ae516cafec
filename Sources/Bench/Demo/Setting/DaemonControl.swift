internal import HTTP
internal import JSON
internal import Sockets

/// The demo's side of the control socket: what `maildctl` would ask, and what came back.
final class DaemonControl {
    private let client: HTTPClient
    /// Requests answered as they should be, and the others.
    private(set) var answers = (good: 0, bad: 0)

    init(socket: String) {
        client = HTTPClient(.unix(path: socket), milliseconds: 20_000)
    }

    /// Whether the daemon answers at all.
    var isUp: Bool { (try? client.send(.get, "/v1/status"))?.status.code == 200 }

    /// The answer, nil when there is none; counted.
    func ask(_ path: String, by method: HTTPMethod = .get, body: [UInt8]? = nil) -> JSON? {
        let answer = try? client.send(method, path, body: body.map { .bytes($0) } ?? .none)
        guard let answer, (200..<300).contains(answer.status.code),
            let json = try? JSON(parsing: answer.body)
        else {
            answers.bad += 1
            return nil
        }
        answers.good += 1
        return json
    }

    /// The answer to something that may not be there yet; only counted when it is.
    func look(_ path: String) -> JSON? {
        guard let answer = try? client.send(.get, path),
            (200..<300).contains(answer.status.code), let json = try? JSON(parsing: answer.body)
        else { return nil }
        answers.good += 1
        return json
    }
}

extension DaemonControl {
    /// Deliveries of a mailing by the name of their state; nil when it is not known.
    func deliveries(of mailing: String) -> [String: Int]? {
        look("/v1/mailings/\(mailing)").map { Self.counts($0["deliveries"]) }
    }

    func profile(_ email: String) -> Evidence.Profile? {
        guard let json = ask("/v1/profiles/\(PercentCoding.encoded(email))") else { return nil }
        var profile = Evidence.Profile()
        profile.status = json["status"]?.string ?? ""
        profile.travelClicks = json["fields"]?["clicks.travel"]?.integer.map(Int.init)
        profile.carsClicks = json["fields"]?["clicks.cars"]?.integer.map(Int.init)
        profile.tags = Set(json["tags"]?.array?.compactMap(\.string) ?? [])
        return profile
    }

    /// Whether the mailing was released just now; a refusal is not counted, since it may be early.
    func release(_ mailing: String) -> Bool {
        let answer = try? client.send(.post, "/v1/mailings/\(mailing)/release")
        guard answer?.status.code == 200 else { return false }
        answers.good += 1
        return true
    }

    func importProfiles(_ csv: String) -> Evidence.Import? {
        ask("/v1/import?mode=insert", by: .post, body: Array(csv.utf8)).map { json in
            Evidence.Import(
                added: Int(json["inserted"]?.integer ?? 0),
                refusedLines: json["problems"]?.array?
                    .compactMap { $0["line"]?.integer.map(Int.init) } ?? [])
        }
    }

    /// What changes whenever anything happens: the last event and the deliveries by state.
    func pulse() -> [String: Int] {
        guard let status = look("/v1/status") else { return [:] }
        var pulse = Self.counts(status["deliveries"])
        pulse["hits waiting"] = Int(status["figures"]?["loop"]?["waiting"]?.integer ?? 0)
        pulse["last event"] = Int(status["last_event"]?.integer ?? 0)
        return pulse
    }

    private static func counts(_ json: JSON?) -> [String: Int] {
        var counts: [String: Int] = [:]
        for (name, value) in json?.object?.members ?? [] {
            counts[name] = Int(value.integer ?? 0)
        }
        return counts
    }
}
