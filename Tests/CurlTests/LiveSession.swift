import Core
import Curl
import Testing
import Threads

/// Opens one session as a loop does; throws its failure.
func openedSession(_ relay: Relay) throws -> SMTPSession {
    let loop = try SessionLoop()
    var found: Result<SMTPSession, SessionFailure>?
    try loop.open(relay) { result in
        found = result
        loop.stop()
    }
    let end = MonotonicTime.after(milliseconds: 20_000)
    loop.run {
        if .now() >= end { loop.stop() }
        return end
    }
    return try #require(found).get()
}
