internal import Glibc

extension DemoRun {
    /// Copies the samples as a marketer would, and one file with a mistake.
    func dropTemplates() {
        begin("drop the templates")
        let files = samples.files()
        for (number, file) in files.enumerated() {
            if let slash = file.name.lastIndex(of: "/") {
                home.directory.makeDirectory("Templates/" + file.name[..<slash])
            }
            drop(file.name, file.text)
            say(progress.advance(to: Double(number) / Double(files.count + 2)))
        }
        drop("broken.html", BrokenTemplate.text)
        _ = eventually(within: 15) {
            [Evidence.first, Evidence.second, Evidence.offer].allSatisfy {
                control.look("/v1/mailings/\($0)") != nil
            }
        }
        _ = eventually(within: 10) {
            evidence.folder.error = text(of: home.previews + "/broken.error.txt")
            return !evidence.folder.error.isEmpty
        }
        _ = eventually(within: 5) {
            evidence.folder.hasPreview =
                !text(of: "\(home.previews)/\(Evidence.first).html").isEmpty
            return evidence.folder.hasPreview
        }
    }

    func importPeople() {
        begin("import \(evidence.people.count) profiles")
        let csv = ProfileTable.csv(evidence.people)
        evidence.imported = control.importProfiles(csv) ?? Evidence.Import()
    }

    /// The first newsletter waits for its release, goes out, and is tried again where it must.
    func sendFirst() {
        begin("send the autumn newsletter")
        settle(within: 4)
        evidence.folder.waitedForRelease =
            control.deliveries(of: Evidence.first) != nil && sink.statistics.messages == 0
        send(Evidence.first, expecting: evidence.addresses(\.getsFirstNewsletter).count)
    }

    /// The second: only to those who stayed, and to each what suits.
    func sendSecond() {
        begin("send the winter newsletter")
        send(Evidence.second, expecting: evidence.addresses(\.getsSecondNewsletter).count)
        settle(within: 5)
        letters.collect()
    }

    /// Images load and gateways scan as soon as the mail is there; then people come back to it,
    /// round by round; in between some leave, a report comes in, and the file is dropped again.
    func letReact() {
        begin("images load, gateways scan")
        make(Habits.onArrival)
        settle()
        begin("people click, in \(Persona.rounds) rounds")
        for round in 1...Persona.rounds {
            make { Habits.inRound(round, $0, $1) }
            settle()
            say(progress.advance(to: Double(round) / Double(Persona.rounds)))
            if round == 2 {
                make(Habits.onLeaving)
                forge()
                reportDeparted()
                dropAgain()
                settle()
            }
        }
    }

    func watchFollowUps() {
        begin("wait for the follow-ups")
        let expected = evidence.addresses(\.getsOffer).count
        _ = eventually(within: 15) {
            letters.collect()
            let count = letters.count(of: Evidence.offer)
            say(progress.advance(to: Double(count) / Double(expected)))
            return count >= expected
        }
        settle()
    }

    /// Asks the ledger and every profile, and reads the sink's record.
    func gather() {
        begin("ask the ledger and the profiles")
        letters.collect()
        evidence.mail = letters.mail
        for envelope in sink.envelopes {
            evidence.recorded[envelope.messageID ?? "", default: []] += envelope.recipients
        }
        for mailing in [Evidence.first, Evidence.second, Evidence.offer] {
            evidence.ledger[mailing] = control.deliveries(of: mailing) ?? [:]
        }
        for (number, person) in evidence.people.enumerated() {
            evidence.profiles[person.email] = control.profile(person.email)
            say(progress.advance(to: Double(number) / Double(evidence.people.count)))
        }
        evidence.controlAnswers = control.answers
    }

    // MARK: - What the steps are made of

    /// Releases a mailing as soon as the daemon lets it go, and waits until it has gone out.
    private func send(_ mailing: String, expecting count: Int) {
        guard control.deliveries(of: mailing) != nil else { return }
        _ = eventually(within: 10) {
            let isReleased = control.release(mailing)
            if !isReleased { usleep(250_000) }
            return isReleased
        }
        _ = eventually(within: 60) {
            letters.collect()
            say(progress.advance(to: Double(letters.count(of: mailing)) / Double(count)))
            guard letters.count(of: mailing) >= count else { return false }
            let open = control.deliveries(of: mailing) ?? [:]
            return ["queued", "sending", "deferred"].allSatisfy { open[$0, default: 0] == 0 }
        }
    }

    /// Lets everybody who got the first newsletter do what they do.
    private func make(_ habit: (Person, ArrivedMail) -> [Visit]) {
        let mail = letters.mail[Evidence.first, default: [:]]
        let visits = evidence.people.compactMap { person -> [Visit]? in
            guard let letter = mail[person.email]?.first else { return nil }
            let visits = habit(person, letter)
            return visits.isEmpty ? nil : visits
        }
        note(crowd.make(visits))
    }

    private func forge() {
        let mail = letters.mail[Evidence.first, default: [:]].values.flatMap { $0 }
        let urls = mail.prefix(20).compactMap { $0.link(showing: SampleLinks.travel) }
        note(crowd.make([urls.compactMap(Visit.forged)]))
    }

    private func note(_ answers: Crowd.Answers) {
        for (kind, statuses) in answers.statuses {
            evidence.answers.statuses[kind, default: [:]].merge(statuses, uniquingKeysWith: +)
        }
        evidence.answers.targets.formUnion(answers.targets)
        evidence.answers.failures += answers.failures
    }

    /// The mail server puts a failure report into the bounce Maildir.
    private func reportDeparted() {
        for person in evidence.people where person.persona == .departed {
            guard let letter = letters.mail[Evidence.first]?[person.email]?.first else { continue }
            let path = letter.headers["return-path"] ?? ""
            let report = DeliveryReport(
                returnPath: String(path.drop { $0 == "<" }.prefix { $0 != ">" }),
                recipient: person.email, messageID: letter.headers["message-id"] ?? "")
            let name = "\(home.maildir)/tmp/report.1"
            try? TemporaryDirectory.write(name, report.bytes)
            rename(name, "\(home.maildir)/new/report.1")
        }
    }

    /// Somebody corrects a word and drops the file again: nobody gets it a second time.
    private func dropAgain() {
        for file in samples.files() where file.name == Evidence.first + ".html" {
            drop(file.name, file.text + "\n")
        }
    }

    private func drop(_ name: String, _ text: String) {
        try? home.directory.write("Templates/" + name, text)
    }

    private func text(of path: String) -> String {
        String(decoding: Terminal.readFile(path) ?? [], as: UTF8.self)
    }
}
