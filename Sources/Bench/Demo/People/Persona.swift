/// What kind of recipient somebody in the demo is.
///
/// A person does only what a person can: look at the mail that arrived, follow its links, press
/// its buttons. The counts say how many of each live among 2,000.
enum Persona: String, CaseIterable, Sendable {
    /// Follows the travel link in three rounds: crosses the threshold, once.
    case enthusiast
    /// The same in four rounds: crosses it once all the same.
    case devotee
    /// Follows the travel link twice.
    case traveller
    /// Follows the travel link once, which is not yet an interest.
    case curious
    /// Follows the cars link in three rounds, of which one counts.
    case driver
    /// Travel twice and cars once: the first alternative that matches is travel.
    case both
    /// Travel twice, then one-click unsubscribe, then travel again: learns, but gets no offer.
    case leaver
    /// Opens the unsubscribe page and presses its button.
    case pageLeaver
    /// Opens the unsubscribe page and closes it again: nothing has changed.
    case hesitant
    /// Loads the images, no more.
    case opener
    /// Not a person: a security gateway that fetches every link in one burst, three times over.
    case scanner
    /// Not a person: a gateway that only asks for the head of the travel link, four times.
    case prober
    /// Accepted at first; a failure report comes later.
    case departed
    /// The relay says 550 5.1.1.
    case unknown
    /// The name has a line break in it: no message can be made.
    case broken
    /// Does nothing.
    case silent

    /// How many of these there are among 2,000; the rest is silent.
    var share: Int {
        switch self {
        case .enthusiast: 90
        case .devotee: 20
        case .traveller: 70
        case .curious: 60
        case .driver: 100
        case .both: 30
        case .leaver: 1
        case .pageLeaver: 3
        case .hesitant: 5
        case .opener: 300
        case .scanner: 60
        case .prober: 15
        case .departed: 1
        case .unknown: 40
        case .broken: 2
        case .silent: 0
        }
    }
}

extension Persona {
    /// The most rounds anybody clicks in.
    static let rounds = 4

    /// In how many rounds, from the first, this persona follows the travel link.
    var travelRounds: Int {
        switch self {
        case .enthusiast, .leaver: 3
        case .devotee: 4
        case .traveller, .both: 2
        case .curious: 1
        default: 0
        }
    }

    /// In how many rounds after those this persona follows the cars link.
    var carsRounds: Int {
        switch self {
        case .driver: 3
        case .both: 1
        default: 0
        }
    }

    var opensImages: Bool {
        travelRounds + carsRounds > 0 || self == .opener || self == .hesitant
    }

    var getsFirstNewsletter: Bool { self != .unknown && self != .broken }

    /// Crossed the threshold and may still be written to.
    var getsOffer: Bool { self == .enthusiast || self == .devotee }

    var getsSecondNewsletter: Bool {
        switch self {
        case .leaver, .pageLeaver, .departed, .unknown, .broken: false
        default: true
        }
    }

    /// The hero of the second newsletter. Two clicks on travel make an interest, one on cars does.
    var hero: Hero {
        if travelRounds >= 2 { return .travellers }
        return carsRounds >= 1 ? .drivers : .usual
    }
}

/// The alternatives of the second newsletter's hero, told apart by their headlines.
enum Hero: String, CaseIterable, Sendable {
    case travellers = "Where January is summer"
    case drivers = "How to drive on a frozen lake"
    case usual = "Stay in, or set out?"
}
