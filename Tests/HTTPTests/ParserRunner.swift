import Core
import HTTP

/// What came out of a request parser.
struct Parsed: Equatable {
    var requests: [HTTPRequest] = []
    var failure: HTTPFailure?
    var isBetweenRequests = true
}

/// Feeds a parser with pieces and collects whole requests.
func parseRequests(
    _ pieces: some Sequence<[UInt8]>, limits: HTTPLimits = HTTPLimits()
) -> Parsed {
    var parser = RequestParser(limits: limits)
    var parsed = Parsed()
    var current: HTTPRequest?
    for piece in pieces {
        parser.append(piece)
        events: while true {
            switch parser.next() {
            case .needMore: break events
            case .head(let request): current = request
            case .body(let bytes): current?.body += bytes
            case .end:
                if let request = current { parsed.requests.append(request) }
                current = nil
            case .failure(let failure):
                parsed.failure = failure
                break events
            }
        }
    }
    parsed.isBetweenRequests = parser.isBetweenRequests
    return parsed
}

func parseRequests(_ text: String, limits: HTTPLimits = HTTPLimits()) -> Parsed {
    parseRequests([Array(text.utf8)], limits: limits)
}

/// Cuts bytes into pieces at random places.
func randomPieces(_ bytes: [UInt8], using random: inout SplitMix64) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    var index = 0
    while index < bytes.count {
        let length = min(Int.random(in: 1...9, using: &random), bytes.count - index)
        pieces.append(Array(bytes[index..<index + length]))
        index += length
    }
    return pieces
}
