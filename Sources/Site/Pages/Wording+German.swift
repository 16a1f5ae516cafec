extension Wording {
    static let german = Wording(
        unsubscribeAsk: "Abbestellen?",
        unsubscribeFrom: { "„\($0)“ abbestellen?" },
        unsubscribeHow:
            "Mit einem Klick auf den Knopf bekommen Sie nichts mehr davon. Das gilt sofort.",
        unsubscribeByAccident:
            "Aus Versehen hier? Schließen Sie die Seite: Es hat sich nichts geändert.",
        unsubscribe: "Abbestellen",
        unsubscribeAll: "Alle Newsletter abbestellen",
        unsubscribed: "Sie sind abgemeldet",
        unsubscribedFrom: { "Sie bekommen „\($0)“ nicht mehr." },
        unsubscribedAll: "Sie bekommen keine Newsletter mehr von uns.",
        onItsWay: "Was schon unterwegs war, kann noch eintreffen.",
        undo: "Das war ein Versehen: rückgängig machen",
        undone: "Sie sind wieder angemeldet",
        undoneText: "Alles ist wie vor der Abmeldung.",
        choices: "Lieber auswählen, was kommt",
        preferences: "Ihre Auswahl",
        preferencesHow:
            "Was dürfen wir Ihnen schicken? Erst ein Klick auf einen Knopf ändert etwas.",
        saved: "Ihre Auswahl ist gespeichert.",
        statusUnsubscribed:
            "Sie haben alles abbestellt. Kreuzen Sie an, was Sie wieder bekommen möchten.",
        statusUnconfirmed:
            "Ihre Anmeldung ist noch nicht bestätigt. Drücken Sie den Knopf in der Nachricht, "
            + "die darum bat.",
        statusComplained:
            "Ihr Postfach hat eine unserer Nachrichten als Spam gemeldet, deshalb schicken wir "
            + "Ihnen keine Newsletter. Wenn Sie wieder welche möchten, melden Sie sich neu an.",
        topics: "Was Sie bekommen",
        frequency: "Wie oft höchstens",
        frequencies: [
            .init(value: "0", label: "Jede Nachricht"),
            .init(value: "1", label: "Einmal am Tag"), .init(value: "7", label: "Einmal die Woche"),
            .init(value: "30", label: "Einmal in 30 Tagen"),
        ],
        pause: "Pause machen",
        pauseHint: "Bis dahin schreiben wir nicht, danach geht es von selbst weiter.",
        pausedUntil: { "Pause bis \($0)" },
        pauses: [
            .init(value: "0", label: "Keine Pause"), .init(value: "2", label: "Für 2 Wochen"),
            .init(value: "4", label: "Für 4 Wochen"), .init(value: "8", label: "Für 8 Wochen"),
            .init(value: "12", label: "Für 12 Wochen"),
        ],
        language: "Sprache",
        tracking: "Privatsphäre",
        untracked: "Nicht festhalten, was ich öffne und anklicke",
        untrackedNote: "Klicks werden dann gezählt, und nichts verrät, von wem sie waren.",
        aboutYou: "Über Sie",
        save: "Auswahl speichern",
        leaveAll: "Gar nichts mehr?",
        leaveAllText: "Ein Klick, und es kommt kein Newsletter mehr.",
        yourData: "Was wir über Sie wissen",
        yourDataHow: "Das ist unter Ihrer Adresse gespeichert.",
        address: "Adresse",
        status: "Stand",
        statuses: [
            "active": "angemeldet", "unconfirmed": "noch nicht bestätigt",
            "unsubscribed": "alles abbestellt",
            "bounced": "Ihr Postfach nahm unsere Nachrichten nicht an",
            "complained": "keine Newsletter, nach einer Beschwerde", "erased": "gelöscht",
        ],
        since: "Bekannt seit",
        subscriptions: "Abonniert",
        history: "Worin Sie eingewilligt haben und wann",
        changes: [
            "asked": "angefragt", "granted": "erteilt", "withdrawn": "widerrufen",
            "erased": "gelöscht",
        ],
        noHistory: "Es ist nichts festgehalten.",
        back: "Zurück zu Ihrer Auswahl",
        yes: "ja",
        no: "nein",
        notSaid: "keine Angabe",
        email: "E-Mail-Adresse",
        emailHint: "Zum Beispiel anna@example.org",
        whatToGet: "Was möchten Sie bekommen?",
        formHow:
            "Wir schicken Ihnen eine Nachricht mit einem Link. Erst wenn Sie ihn bestätigen, sind "
            + "Sie angemeldet.",
        subscribe: "Anmelden",
        leaveEmpty: "Bitte leer lassen",
        sent: "Bitte sehen Sie in Ihr Postfach",
        sentText:
            "Wir haben eine Nachricht an die angegebene Adresse geschickt. Bestätigen Sie Ihre "
            + "Anmeldung mit dem Link darin.",
        sentHint:
            "Nach einigen Minuten noch nichts da? Sehen Sie im Spam-Ordner nach, und ob die Adresse "
            + "richtig geschrieben war.",
        confirm: "Anmeldung bestätigen",
        confirmFor: { "Sie möchten bekommen: \($0)." },
        confirmHow: "Ein Klick auf den Knopf, und Sie sind angemeldet.",
        confirmButton: "Bestätigen",
        confirmed: "Sie sind angemeldet",
        confirmedText:
            "Vielen Dank. Mit dem Link in jeder Nachricht können Sie sich jederzeit abmelden.",
        goOn: { "Weiter zu \($0)" },
        wrong: "Bitte prüfen Sie Ihre Angaben",
        wrongEmail: "Das ist keine E-Mail-Adresse wie anna@example.org",
        wrongTopics: "Wählen Sie mindestens eines aus",
        wrongChoice: "Wählen Sie etwas aus der Liste",
        wrongNumber: "Geben Sie eine Zahl an, etwa 3.5",
        wrongDate: "Geben Sie ein Datum an",
        wrongLength: "Das ist zu lang",
        missing: "Diese Angabe fehlt",
        tooOld: "Dieses Formular war lange offen. Bitte schicken Sie es noch einmal ab.",
        formOnce: "Noch ein Klick, und die Nachricht ist unterwegs.",
        surveySend: "Antwort senden",
        surveyHint: "Erst mit dem Knopf wird etwas gesendet.",
        surveyMissing: "Bitte geben Sie eine Antwort",
        surveyThanks: "Vielen Dank",
        surveyTaken: "Ihre Antwort ist angekommen.",
        surveyAgain: "Sie können sie ändern, indem Sie noch einmal antworten.",
        notFound: "Seite nicht gefunden",
        notFoundText:
            "Unter dieser Adresse gibt es nichts. "
            + "Wurde der Link vollständig aus der Nachricht kopiert?",
        gone: "Dieser Link ist abgelaufen",
        goneText: "Die Nachricht dazu ist zu alt. Bitte nehmen Sie einen Link aus einer neueren.",
        linkOver: "Dieser Link gilt nicht mehr",
        linkOverText:
            "Das Angebot dahinter ist vorbei. Was jetzt gilt, steht in neueren Nachrichten.",
        busy: "Bitte noch einmal versuchen",
        busyText:
            "Das ging gerade nicht. Bitte versuchen Sie es in einer Minute noch einmal.")
}
