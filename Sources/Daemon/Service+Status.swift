internal import Core
internal import JSON
internal import Journal
internal import Loop
internal import Sending
internal import Site
internal import Sockets

extension Service {
    /// What only the running stations know, for `maildctl status`.
    var figures: JSON {
        let sending = sending.status
        let loop = loop.status
        let hits = journal.counters
        let endpoint = site.figures
        return [
            "sending": [
                "relays": .array(sending.relays.map(\.summary)),
                "ready": .integer(Int64(sending.ready)),
                "in_flight": .integer(Int64(sending.inFlight)),
                "places": .integer(Int64(sending.places)),
                "sent": .integer(Int64(sending.sent)),
                "deferred": .integer(Int64(sending.deferred)),
                "refused": .integer(Int64(sending.refused)),
                "unsent": .integer(Int64(sending.unsent)),
                "in_doubt": .integer(Int64(sending.inDoubt)),
            ],
            "loop": [
                "human": .integer(Int64(loop.human)), "machine": .integer(Int64(loop.machine)),
                "proxy": .integer(Int64(loop.proxy)), "skipped": .integer(Int64(loop.skipped)),
                "waiting": .integer(Int64(loop.waiting)),
                "failure": loop.failure.map(JSON.string) ?? .null,
            ],
            "journal": [
                "kept": .integer(Int64(hits.kept)), "dropped": .integer(Int64(hits.dropped)),
                "failed": .integer(Int64(hits.failed)), "bytes": .integer(hits.storedBytes),
            ],
            "site": [
                "open": .integer(Int64(endpoint?.openConnections ?? 0)),
                "connections": .integer(Int64(endpoint?.connections ?? 0)),
                "requests": .integer(Int64(endpoint?.requests ?? 0)),
                "refused": .integer(Int64(endpoint?.refusedConnections ?? 0)),
            ],
        ]
    }
}
