package import HTTP
package import JSON
internal import Sockets

/// The other side of the control socket, for the demo and the scenarios: what `maildctl` would
/// ask, and what came back.
package final class DaemonControl {
    let client: HTTPClient
    /// Requests answered as they should be, and the others.
    package internal(set) var answers = (good: 0, bad: 0)

    package init(socket: String) {
        client = HTTPClient(.unix(path: socket), milliseconds: 20_000)
    }

    /// Whether the daemon answers at all.
    package var isUp: Bool { (try? client.send(.get, "/v1/status"))?.status.code == 200 }

    /// The answer, nil when there is none; counted.
    package func ask(_ path: String, by method: HTTPMethod = .get, body: [UInt8]? = nil) -> JSON? {
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
    package func look(_ path: String) -> JSON? {
        guard let answer = try? client.send(.get, path),
            (200..<300).contains(answer.status.code), let json = try? JSON(parsing: answer.body)
        else { return nil }
        answers.good += 1
        return json
    }

    /// Deliveries of a mailing by the name of their state; nil when it is not known.
    package func deliveries(of mailing: String) -> [String: Int]? {
        look("/v1/mailings/\(mailing)").map { Self.counts($0["deliveries"]) }
    }

    static func counts(_ json: JSON?) -> [String: Int] {
        var counts: [String: Int] = [:]
        for (name, value) in json?.object?.members ?? [] {
            counts[name] = Int(value.integer ?? 0)
        }
        return counts
    }
}
