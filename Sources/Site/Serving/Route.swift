internal import Seal

/// What a path asks for. One spelling only: anything else is unknown.
enum Route: Equatable {
    case click(Token, link: Int)
    case open(Token)
    case view(Token)
    case unsubscribe(Token)
    case preferences(Token)

    /// The highest number of a link that a path may name.
    static let maximumLink = 65_535

    init?(_ path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[0].isEmpty else { return nil }
        switch (parts[1], parts.count) {
        case ("c", 4):
            guard let token = Token(parts[2]), let link = Self.number(parts[3]) else { return nil }
            self = .click(token, link: link)
        case ("o", 3):
            guard parts[2].hasSuffix(".gif"), let token = Token(parts[2].dropLast(4)) else {
                return nil
            }
            self = .open(token)
        case ("v", 3):
            guard let token = Token(parts[2]) else { return nil }
            self = .view(token)
        case ("u", 3):
            guard let token = Token(parts[2]) else { return nil }
            self = .unsubscribe(token)
        case ("p", 3):
            guard let token = Token(parts[2]) else { return nil }
            self = .preferences(token)
        default: return nil
        }
    }

    var token: Token {
        switch self {
        case .click(let token, _), .open(let token), .view(let token), .unsubscribe(let token),
            .preferences(let token):
            token
        }
    }

    var purpose: Purpose {
        switch self {
        case .click: .click
        case .open: .open
        case .view: .view
        case .unsubscribe: .unsubscribe
        case .preferences: .preferences
        }
    }

    /// Whether a POST means something here.
    var takesPost: Bool {
        switch self {
        case .unsubscribe, .preferences: true
        case .click, .open, .view: false
        }
    }

    /// Decimal from 1, no leading zero.
    private static func number(_ text: Substring) -> Int? {
        guard (1...5).contains(text.utf8.count), text.utf8.first != 0x30,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text),
            number <= maximumLink
        else { return nil }
        return number
    }
}
