internal import HTTP

/// What recipients do with a letter, by persona.
enum Habits {
    /// Right after it arrived: images load, gateways scan.
    static func onArrival(_ person: Person, _ letter: ArrivedMail) -> [Visit] {
        switch person.persona {
        case .scanner: scan(letter)
        case .prober:
            [letter.link(showing: SampleLinks.travel)].compactMap { $0 }
                .map { .scan($0, kind: .click, method: .head) }
        case let persona where persona.opensImages: letter.images.map(Visit.open)
        default: []
        }
    }

    /// In a round, from 1: people come back to the stories they like, gateways scan again.
    static func inRound(_ round: Int, _ person: Person, _ letter: ArrivedMail) -> [Visit] {
        if person.persona == .scanner || person.persona == .prober {
            return onArrival(person, letter)
        }
        let travel = person.persona.travelRounds
        let words: String? =
            switch round {
            case ...travel: SampleLinks.travel
            case ...(travel + person.persona.carsRounds): SampleLinks.cars
            default: nil
            }
        guard let words, let url = letter.link(showing: words) else { return [] }
        return [.click(url)]
    }

    /// After the first rounds, some have enough, and some nearly.
    static func onLeaving(_ person: Person, _ letter: ArrivedMail) -> [Visit] {
        let page = letter.link(showing: SampleLinks.unsubscribe)
        return switch person.persona {
        case .leaver: letter.oneClick.map { [.oneClick($0)] } ?? []
        case .pageLeaver: page.map { [.page($0), .pressButton($0)] } ?? []
        case .hesitant: page.map { [.page($0)] } ?? []
        default: []
        }
    }

    /// Every link of the letter, in one burst.
    private static func scan(_ letter: ArrivedMail) -> [Visit] {
        letter.images.map { .scan($0, kind: .open) }
            + letter.links.map { link in
                let isPage = link.words == SampleLinks.unsubscribe
                return .scan(link.url, kind: isPage ? .page : .click)
            }
    }
}
