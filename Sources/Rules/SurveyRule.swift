/// `[survey NAME]`: one question that mail and a page ask.
package struct SurveyRule: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// 0 to 10: how likely somebody is to recommend us.
        case nps
        case choice
        case text
    }

    /// Lower-case letters, digits, `-` and `_`: it stands in addresses.
    package var name: String
    package var kind: Kind
    package var question: String
    /// Of a choice, in NFC; otherwise empty.
    package var choices: [String] = []
    /// The field that takes the answer.
    package var field: String?
    /// What the ends of the scale mean.
    package var low: String?
    package var high: String?
    /// What is said when the answer is in; nil: the page's own words.
    package var thanks: String?

    package init(name: String, kind: Kind, question: String) {
        self.name = name
        self.kind = kind
        self.question = question
    }

    /// How many answers can be pressed: numbered from 0 for `nps`, from 1 for choices.
    package var buttons: [(number: Int, label: String)] {
        switch kind {
        case .nps: (0...10).map { ($0, "\($0)") }
        case .choice: choices.enumerated().map { ($0 + 1, $1) }
        case .text: []
        }
    }

    package static func isName(_ name: some StringProtocol) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0)
                    || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
            }
    }
}
