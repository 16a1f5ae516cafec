internal import Core
internal import HTTP
internal import JSON
internal import Sockets

extension DaemonControl {
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
        ask("/v1/import?mode=add", by: .post, body: Array(csv.utf8)).map { json in
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

}
