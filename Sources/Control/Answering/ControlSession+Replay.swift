import Core
import HTTP
import JSON
import Sockets
import Store

extension ControlSession {
    private static let rulesLimit = 1 << 20

    /// What other rules would have made of what has happened since.
    func replay(_ call: ControlCall) throws -> JSON {
        guard let since = call.option("since").flatMap({ Instant($0) }) else {
            throw ControlError(400, "since when?", hint: "As in since=2026-11-01")
        }
        let mailing = call.option("mailing")
        if let mailing { _ = try found(mailing: mailing) }
        var bytes: [UInt8] = []
        do throws(RequestBody.BrokenOff) {
            while let piece = try call.body?.read() { bytes += piece }
        } catch {
            throw ControlError(400, "the rules broke off")
        }
        guard !bytes.isEmpty, bytes.count <= Self.rulesLimit else {
            throw ControlError(
                400, "there are no rules, or more than 1 MB", hint: "Send a loop.conf as the body.")
        }
        do {
            return try host.replay(
                ReplayCall(
                    rules: String(decoding: bytes, as: UTF8.self), since: since, mailing: mailing,
                    examples: try call.limit(standard: 20)))
        } catch let error as StoreError {
            throw error
        } catch {
            throw ControlError(422, "\(error)")
        }
    }
}
