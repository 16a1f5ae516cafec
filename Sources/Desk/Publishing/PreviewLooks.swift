internal import Composition
internal import Core
internal import Store

/// The looks of a preview: combinations of choices, sample people, extremes.
struct PreviewLooks {
    var combinations: [Look] = []
    var samples: [Look] = []
    var extremes: [Look] = []

    var all: [Look] { combinations + samples + extremes }

    /// In the header of what is shown for somebody without a usable address.
    static let nobody = try! EmailAddress("nobody@preview.invalid")

    /// Renders for the real people of a dry run who may still be shown, and for the samples.
    init(
        _ mailing: CompiledMailing, _ preview: DeskRound.Preview?, samples: [SamplePerson],
        reader: ReadAccess, now: Instant
    ) throws {
        self.samples = samples.enumerated().map { number, sample in
            Look(
                sample.name, mailing, mailing.mergeRow(of: sample, now: now), to: Self.nobody,
                file: "sample-\(number + 1).eml")
        }
        guard let preview else { return }
        let columns = try reader.fieldColumns().filter { mailing.fieldsUsed.contains($0.key) }
        func look(_ title: String, _ id: Int64, _ choices: String, _ file: String) throws -> Look {
            guard preview.people.contains(id),
                let person = try StoredPerson(
                    id, columns: columns, standards: mailing.rules.standards, from: reader)
            else { return Look(title, choices: choices) }
            let email = person.email
            let row = mailing.mergeRow(of: person, now: now)
            if let failure = person.failure { throw failure }
            return Look(
                title, mailing, row, person: "shown for \(email)",
                to: (try? EmailAddress(email)) ?? Self.nobody, file: file)
        }
        let report = preview.report
        combinations = try report.combinations.enumerated().map { number, one in
            let share = Share(one.people, of: report.evaluated)
            return try look(
                "\(one.people.grouped) \(one.people == 1 ? "person" : "people"), \(share.text)",
                one.example, one.choices, "combination-\(number + 1).eml")
        }
        for (title, extreme) in [("Longest", report.longest), ("Shortest", report.shortest)] {
            guard let extreme else { continue }
            extremes.append(
                try look(
                    "\(title) message, \(extreme.bytes.kilobytes)", extreme.profile, "",
                    "\(title.lowercased()).eml"))
        }
    }
}

/// A part of a whole, for people.
struct Share {
    let percent: Double

    init(_ part: Int, of whole: Int) {
        percent = whole > 0 ? Double(part) * 100 / Double(whole) : 0
    }

    /// `48.2 %`, `< 0.1 %`
    var text: String {
        if percent > 0, percent < 0.1 { return "< 0.1 %" }
        let tenths = Int((percent * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
    }
}

extension Int {
    /// A size in bytes as people read it: `102.4 KB`.
    var kilobytes: String {
        let tenths = (self * 10 + 512) / 1024
        return "\((tenths / 10).grouped).\(tenths % 10) KB"
    }
}
