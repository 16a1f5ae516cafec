internal import HTTP
internal import Incoming
internal import JSON
internal import Store

/// What another system is answered.
enum CallAnswer {
    static func refusal(_ status: HTTPStatus, _ message: String) -> HTTPResponse {
        var response = Answer.json(status, ["error": .string(message)])
        if status.code == 401 { response.headers.set("www-authenticate", "Bearer") }
        return response
    }

    /// Which of the pieces were taken, in their order.
    static func results(_ answers: [JSON], isReplay: Bool) -> HTTPResponse {
        let refused = answers.count { $0["status"]?.string == "refused" }
        let body: JSON = [
            "taken": .integer(Int64(answers.count - refused)),
            "refused": .integer(Int64(refused)), "results": .array(answers),
        ]
        var response = Answer.json(refused == answers.count ? 422 : 200, body)
        if isReplay { response.headers.set("idempotency-replayed", "true") }
        return response
    }

    static func piece(_ line: Int, _ outcome: IncomingOutcome) -> JSON {
        var object = JSON.Object([("line", .integer(Int64(line)))])
        switch outcome {
        case .recorded(let event):
            object["status"] = "recorded"
            object["event"] = .integer(event)
        case .known(let event):
            object["status"] = "known"
            object["event"] = .integer(event)
        case .added(let profile, let kept), .changed(let profile, let kept):
            object["status"] = if case .added = outcome { "added" } else { "changed" }
            object["profile"] = .integer(profile)
            if !kept.isEmpty { object["kept"] = .array(kept.map(JSON.string)) }
        case .refused(let reason):
            object["status"] = "refused"
            object["error"] = .string(reason)
        }
        return .object(object)
    }

    static func piece(_ line: Int, _ fault: IncomingFault) -> JSON {
        var object = JSON.Object([
            ("line", .integer(Int64(line))), ("status", "refused"),
            ("error", .string(fault.message)),
        ])
        if let member = fault.member { object["member"] = .string(member) }
        return .object(object)
    }
}
