import HTTP
import JSON
import Store

/// A request that is refused: what is wrong, and what to do.
struct ControlError: Error, Hashable {
    var status: HTTPStatus
    var message: String
    var hint: String?

    init(_ status: HTTPStatus, _ message: String, hint: String? = nil) {
        self.status = status
        self.message = message
        self.hint = hint
    }

    /// What went wrong elsewhere, as an answer.
    init(_ error: any Error) {
        switch error {
        case let error as ControlError: self = error
        case StoreError.refused(let reason):
            self.init(reason.hasPrefix("there is no ") ? 404 : 409, reason)
        case StoreError.full:
            self.init(
                507, "the disk is full", hint: "Nothing of this was kept. Make room and try again.")
        case StoreError.closed: self.init(503, "maild is stopping")
        default: self.init(500, "\(error)", hint: "See the daemon's log: journalctl -u maild")
        }
    }

    var response: HTTPResponse {
        var object = JSON.Object([("error", .string(message))])
        if let hint { object["hint"] = .string(hint) }
        return HTTPResponse(
            status, headers: ["Content-Type": "application/json"],
            body: JSON.object(object).bytes + [0x0A])
    }
}
