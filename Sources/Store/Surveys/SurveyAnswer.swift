package import Core
internal import JSON
package import Rules

/// What a person answered to a survey.
package enum SurveyAnswer: Hashable, Sendable {
    /// 0 to 10.
    case score(Int)
    /// One of the survey's choices.
    case choice(String)
    case text(String)

    /// Octets of a text.
    package static let maximumText = 4000

    /// Reads what a form sent; nil when it answers nothing. A text is in NFC, without control
    /// characters but line ends, and no longer than `maximumText`.
    package init?(_ sent: String, to survey: SurveyRule) {
        switch survey.kind {
        case .nps, .choice:
            guard sent.utf8.count <= 2, sent.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(sent), String(number) == sent,
                let button = survey.buttons.first(where: { $0.number == number })
            else { return nil }
            self = survey.kind == .nps ? .score(number) : .choice(button.label)
        case .text:
            guard sent.utf8.count <= Self.maximumText else { return nil }
            let lines = sent.split(
                omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            let text = lines.map { line in
                String(String.UnicodeScalarView(line.unicodeScalars.filter(Self.isShown)))
            }.joined(separator: "\n").trimmed.nfc
            guard !text.isEmpty else { return nil }
            self = .text(text)
        }
    }

    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: false
        default: true
        }
    }

    /// As people read it.
    package var text: String {
        switch self {
        case .score(let score): "\(score)"
        case .choice(let text), .text(let text): text
        }
    }

    package var score: Int? { if case .score(let score) = self { score } else { nil } }
}

extension WriteAccess {
    /// Keeps an answer, the last one that was given for a delivery, and records the event `answer`
    /// unless it was the same before. False when nothing changed.
    @discardableResult
    package func keep(
        _ answer: SurveyAnswer, to survey: SurveyRule, of delivery: DeliveryRecord,
        at now: Instant
    ) throws -> Bool {
        // A colleague who tries a proof's link answers for nobody.
        guard !delivery.isProof else { return false }
        let last = try connection.first(
            "SELECT answer FROM survey_answer WHERE survey = ? AND delivery = ?",
            [.text(survey.name), .integer(delivery.id)]
        ) { $0.text(0) }
        guard last != answer.text else { return false }
        try connection.run(
            """
            INSERT INTO survey_answer (survey, delivery, profile, mailing, at, score, answer)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (survey, delivery) DO UPDATE SET at = excluded.at, score = excluded.score,
            answer = excluded.answer
            """,
            [
                .text(survey.name), .integer(delivery.id), .integer(delivery.profile),
                .integer(delivery.mailing), .integer(now.milliseconds),
                .optional(answer.score.map { Int64($0) }), .text(answer.text),
            ])
        var data = JSON.Object([
            ("survey", .string(survey.name)), ("question", .string(survey.question)),
            ("answer", .string(answer.text)),
        ])
        if let score = answer.score { data["score"] = .integer(Int64(score)) }
        try record(
            EventRecord(
                profile: delivery.profile, kind: .answer, at: now, mailing: delivery.mailing,
                delivery: delivery.id, data: .object(data)))
        return true
    }
}
