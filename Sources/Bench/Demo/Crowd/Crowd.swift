internal import HTTP
internal import Sockets
internal import Threads

/// Many people at their browsers at once: a few threads with a connection each.
///
/// The visits of one person are made in order, on one connection, without a pause between them.
struct Crowd: Sendable {
    /// What the visits met, over all of them.
    struct Answers: Sendable {
        var statuses: [Visit.Kind: [Int: Int]] = [:]
        /// Where clicks were sent on to.
        var targets: Set<String> = []
        /// Visits without an answer.
        var failures: [String] = []

        func count(_ kind: Visit.Kind) -> Int {
            statuses[kind, default: [:]].values.reduce(0, +)
        }

        /// The statuses that came, in order.
        func seen(_ kind: Visit.Kind) -> [Int] { statuses[kind, default: [:]].keys.sorted() }
    }

    let host: String
    let port: UInt16
    let threads: Int

    /// Makes all visits; one inner array is one person's.
    func make(_ visits: [[Visit]]) -> Answers {
        let next = Monitor(0)
        let answers = Monitor(Answers())
        let workers = (0..<threads).map { number in
            WorkThread("crowd-\(number)") { [self] in
                let client = HTTPClient(.tcp(host: host, port: port), milliseconds: 10_000)
                while true {
                    let place = next.withLock { place -> Int in
                        defer { place += 1 }
                        return place
                    }
                    guard visits.indices.contains(place) else { return }
                    for visit in visits[place] { make(visit, client, answers) }
                }
            }
        }
        for worker in workers { worker.join() }
        return answers.withLock { $0 }
    }

    private func make(_ visit: Visit, _ client: HTTPClient, _ answers: Monitor<Answers>) {
        do throws(HTTPClient.Failure) {
            let answer = try client.send(
                visit.method, target(of: visit.url), headers: visit.headers,
                body: visit.form.map { .bytes(Array($0.utf8)) } ?? .none)
            answers.withLock { all in
                all.statuses[visit.kind, default: [:]][answer.status.code, default: 0] += 1
                if visit.kind == .click, let target = answer.headers["location"] {
                    all.targets.insert(target)
                }
            }
        } catch {
            answers.withLock { $0.failures.append(error.description) }
        }
    }

    /// The path of a URL of ours; of a foreign one the whole, which no endpoint knows.
    private func target(of url: String) -> String {
        let origin = "http://\(host):\(port)"
        return url.hasPrefix(origin) ? String(url.dropFirst(origin.count)) : url
    }
}
