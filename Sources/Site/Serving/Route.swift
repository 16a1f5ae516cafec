internal import Core
internal import HTTP
internal import Rules
internal import Seal

/// What a path asks for. One spelling only: anything else is unknown.
enum Route: Equatable {
    case click(Token, link: Int)
    /// A link in the mail of somebody who asked not to be tracked; the token is a version's.
    case anonymousClick(Token, link: Int)
    case open(Token)
    case view(Token)
    case unsubscribe(Token)
    case preferences(Token)
    /// What is stored of the person.
    case personalData(Token)
    /// Confirms what a form asked for.
    case confirm(Token)
    case form(name: String)
    /// An image that mail shows, by the hash of its bytes.
    case image(hash: String, ending: String)
    /// Where a provider reports.
    case report(provider: String, secret: String)
    case survey(Token, name: String)
    /// The pixel of web pages.
    case visit
    /// Where other systems report.
    case call(CallTarget)

    static let reportPrefix = "/b/"

    /// The highest number of a link that a path may name.
    static let maximumLink = 65_535

    init?(_ path: String) {
        if path.utf8.starts(with: Self.clickPrefix) {
            guard let click = Self.click(path.utf8.dropFirst(Self.clickPrefix.count)) else {
                return nil
            }
            self = click
            return
        }
        if path == "/c.gif" {
            self = .visit
            return
        }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[0].isEmpty else { return nil }
        switch (parts[1], parts.count) {
        case ("a", 4):
            guard let token = Token(parts[2]), let link = Self.number(parts[3]) else { return nil }
            self = .anonymousClick(token, link: link)
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
        case ("p", 4):
            guard parts[3] == "data", let token = Token(parts[2]) else { return nil }
            self = .personalData(token)
        case ("k", 3):
            guard let token = Token(parts[2]) else { return nil }
            self = .confirm(token)
        case ("f", 3):
            guard !parts[2].isEmpty, parts[2].utf8.count <= 64 else { return nil }
            self = .form(name: String(parts[2]))
        case ("s", 4):
            guard let token = Token(parts[2]), SurveyRule.isName(parts[3]) else { return nil }
            self = .survey(token, name: String(parts[3]))
        case ("b", 3), ("b", 4):
            let secret = parts.count == 4 ? PercentCoding.decoded(parts[3]) : ""
            guard !parts[2].isEmpty, let secret else { return nil }
            self = .report(provider: String(parts[2]), secret: secret)
        case ("v1", 3):
            guard let target = CallTarget(rawValue: String(parts[2])) else { return nil }
            self = .call(target)
        case ("i", 3):
            guard let image = Self.image(parts[2]) else { return nil }
            self = image
        default: return nil
        }
    }

    private static let clickPrefix = Array("/c/".utf8)

    /// `TOKEN/N`, without splitting: most of what is asked for.
    private static func click(_ rest: Substring.UTF8View) -> Route? {
        let name = rest.prefix(Token.length)
        let behind = rest.dropFirst(Token.length)
        guard behind.first == UInt8(ascii: "/"), let token = Token(Substring(name)),
            let link = number(Substring(behind.dropFirst()))
        else { return nil }
        return .click(token, link: link)
    }

    /// `HASH.png`: 32 lower-case hexadecimal digits and the ending of its type.
    private static func image(_ name: Substring) -> Route? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 32,
            parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }),
            imageTypes[String(parts[1])] != nil
        else { return nil }
        return .image(hash: String(parts[0]), ending: String(parts[1]))
    }

    /// Media types by the one ending that each has here.
    static let imageTypes = [
        "png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
    ]

    /// The token and what it must have been made for; nil for what belongs to no delivery.
    var key: (token: Token, purpose: Purpose)? {
        switch self {
        case .click(let token, _): (token, .click)
        case .open(let token): (token, .open)
        case .view(let token): (token, .view)
        case .unsubscribe(let token): (token, .unsubscribe)
        case .preferences(let token), .personalData(let token): (token, .preferences)
        case .confirm(let token): (token, .confirm)
        case .survey(let token, _): (token, .survey)
        case .anonymousClick, .image, .report, .form, .call, .visit: nil
        }
    }

    /// Whether a POST means something here.
    var takesPost: Bool {
        switch self {
        case .unsubscribe, .preferences, .confirm, .form, .report, .call, .survey: true
        case .click, .anonymousClick, .open, .view, .personalData, .image, .visit: false
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
