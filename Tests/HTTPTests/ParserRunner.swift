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
func randomPieces(_ bytes: [UInt8], using random: inout SeededRandom) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    var index = 0
    while index < bytes.count {
        let length = min(Int.random(in: 1...9, using: &random), bytes.count - index)
        pieces.append(Array(bytes[index..<index + length]))
        index += length
    }
    return pieces
}

/// SplitMix64: the same numbers for the same seed.
struct SeededRandom: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
