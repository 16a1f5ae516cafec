/// The words by which a notice says what it is, apart from the reasons it gives.
enum NoticeWords {
    enum Kind: Int, Sendable {
        /// A failure of delivery, in words that hardly anybody else uses.
        case failure
        /// The same, in words that others use too.
        case perhapsFailure
        case delay
        /// Delivery was given up: not a delay, whatever else is said.
        case final
        case success
        /// The returned message follows.
        case copy
        /// Whom to ask: an address near it is not the recipient's.
        case contact
        /// An answer by a person's own machine.
        case away
    }

    static let table = PhraseTable(
        lists.flatMap { list in list.1.map { (Array($0.utf8), list.0.rawValue) } })

    static let lists: [(Kind, [String])] = [
        (.failure, failure), (.perhapsFailure, perhapsFailure), (.delay, delay), (.final, final),
        (.success, success), (.copy, copy), (.contact, contact), (.away, away),
    ]

    private static let failure = [
        "could not be delivered", "couldn't be delivered", "can not be delivered",
        "cannot be delivered", "can't be delivered", "could not deliver", "couldn't deliver",
        "cannot deliver", "can't deliver", "was not delivered", "were not delivered",
        "wasn't delivered", "not delivered to", "has not been delivered", "not been delivered",
        "was undeliverable", "is undeliverable", "were undeliverable", "undeliverable to",
        "undeliverable mail", "undeliverable message", "undelivered mail",
        "undelivered message", "undelivered to",
        "unable to deliver", "not able to deliver", "wasn't able to deliver", "failed to deliver",
        "unable to be delivered", "unable to relay your", "not be able to deliver",
        "unable to process your", "unable to send your", "could not send your",
        "delivery to the following", "delivery to these recipients", "delivery failed",
        "delivery failure", "delivery has failed", "delivery has been failed",
        "delivery of * failed",
        "delivery failed to", "delivery to * fail", "delivery status notification",
        "delivery notification", "delivery report", "delivery error", "delivery attempt",
        "delivery is not possible", "delivery impossible", "delivery was not possible",
        "delivery not possible", "delivery problem", "delivery unsuccessful",
        "did not reach the following", "did not reach", "didn't reach", "failed to reach",
        "could not reach", "did not receive your message", "did not receive the message",
        "did not receive this message", "permanent fatal errors", "transient non fatal errors",
        "permanent failure", "permanent error", "failed permanently", "fatal errors",
        "transcript of session", "transcript of the session", "session transcript",
        "following addresses failed", "following address es failed", "following address failed",
        "following address had", "following addresses had", "following recipients failed",
        "following recipients had", "following recipient failed", "following recipient s failed",
        "following errors", "following error occurred", "following failure",
        "address es failed", "addresses had",
        "returned to sender", "returned mail", "returning message to sender",
        "returned to you", "returned undelivered", "return to sender", "mail returned",
        "message returned", "is being returned", "has been returned", "being returned to you",
        "was returned to you", "have been returned", "was automatically rejected",
        "was rejected by", "has been rejected by", "rejected by the", "rejected your message",
        "rejected the following recipients", "rejected for the following", "rejected recipient",
        "rejected by the recipient", "message blocked", "message rejected",
        "message undeliverable", "message not delivered", "mail not delivered",
        "non delivery", "nondelivery", "nondeliverable", "non deliverable", "mail delivery",
        "mail system error", "mail failure", "failed mail", "failure notice", "failed recipient",
        "failed recipients", "failed addresses", "failed address", "error sending",
        "an error has occurred while", "an error occurred while", "error while sending",
        "error while attempting to deliver", "errors occurred", "error message below",
        "error was encountered", "encountered the following",
        "had trouble delivering", "trouble delivering", "problem delivering", "problems delivering",
        "problem sending", "there was a problem",
        "recipients of this message", "recipients were", "unknown recipient", "unknown user",
        "invalid recipient", "invalid recipients", "invalid address", "user unknown",
        "not listed in domino", "mailbox full", "no such user", "user not found",
        "we were unable", "we could not", "did not go through", "wasn't delivered to",
        "message could not", "message wasn't", "your message to",
        "not able to send", "message cannot", "mail cannot", "cannot send your",
        "sent to * failed", "mail to * failed", "mail bounced", "message bounced", "bounced mail",
        "these recipients", "this report relates to a message you sent",
        "envoi a echoue", "chec de la remise", "chec de remise", "chec de la distribution",
        "n'a pas pu", "n'ont pas pu", "non remis", "non distribu", "pas pu \u{EA}tre",
        "impossible de", "remise impossible", "non livr",
        "konnte nicht zugestellt", "konnten nicht zugestellt", "nicht zugestellt",
        "unzustellbar", "zustellung * fehlgeschlagen", "konnte nicht", "konnten nicht",
        "zustellfehler", "zustellung war nicht", "nicht zustellbar", "nicht ausgeliefert",
        "zustellung an",
        "no se pudo entregar", "no se puede entregar", "no se ha podido", "no pudo ser entregado",
        "no ha podido", "no pudo", "no se entreg", "no entregado", "error de entrega",
        "error en la entrega", "imposible entregar", "no puede ser entregado",
        "non \u{E8} stato possibile", "non e stato possibile", "impossibile recapitare",
        "non recapitat", "mancato recapito", "impossibile consegnare", "non consegnat",
        "mancata consegna", "non puo essere",
        "n\u{E3}o p\u{F4}de ser entregue", "nao foi possivel", "n\u{E3}o foi poss\u{ED}vel",
        "n\u{E3}o entregue", "falha na entrega", "falha ao entregar", "nao pode ser",
        "kon niet worden", "niet worden bezorgd", "niet bezorgd", "niet worden afgeleverd",
        "onbestelbaar", "niet afgeleverd", "kunne ikke leveres", "kunne ikke levere",
        "kunde inte levereras", "kan inte levereras", "inte leverera", "ikke leveret",
        "ei voitu toimittaa", "nie mog\u{142}a zosta\u{107}", "nie zosta\u{142}a dostarczona",
        "nie moze byc", "nie dostarczono", "nie mo\u{17C}e", "nelze doru\u{10D}it",
        "nebylo mo\u{17E}n\u{E9}", "nem siker\u{FC}lt", "teslim edilemedi", "iletilemedi",
        "\u{43D}\u{435} \u{434}\u{43E}\u{441}\u{442}\u{430}\u{432}\u{43B}\u{435}\u{43D}\u{43E}",
        "\u{43D}\u{435} \u{43C}\u{43E}\u{436}\u{435}\u{442} \u{431}\u{44B}\u{442}\u{44C}",
        "\u{43D}\u{435} \u{431}\u{44B}\u{43B}\u{43E} \u{434}\u{43E}\u{441}\u{442}\u{430}\u{432}",
        "\u{43D}\u{435} \u{443}\u{434}\u{430}\u{43B}\u{43E}\u{441}\u{44C}",
        "\u{43D}\u{435}\u{432}\u{43E}\u{437}\u{43C}\u{43E}\u{436}\u{43D}\u{43E}",
        "\u{914D}\u{4FE1}\u{3067}\u{304D}\u{307E}\u{305B}\u{3093}",
        "\u{914D}\u{9001}\u{3067}\u{304D}\u{307E}\u{305B}\u{3093}",
        "\u{9001}\u{4FE1}\u{3067}\u{304D}\u{307E}\u{305B}\u{3093}", "\u{9000}\u{4FE1}",
        "\u{65E0}\u{6CD5}\u{6295}\u{9012}", "\u{65E0}\u{6CD5}\u{53D1}\u{9001}",
    ]

    private static let perhapsFailure = [
        "not delivered", "undeliverable", "undelivered", "bounced", "bounce", "failed", "failure",
        "rejected", "refused", "returned", "error", "unable to", "problem", "unknown",
        "does not exist", "invalid", "not found", "denied", "blocked", "cannot be", "could not",
    ]

    private static let delay = [
        "warning only", "warning message only", "do not need to resend", "don't need to resend",
        "no need to resend", "need not resend", "not need to re send", "need to resend your",
        "do not resend", "has been delayed", "have been delayed", "has been temporarily delayed",
        "is delayed", "are delayed", "being delayed", "was delayed", "delivery delayed",
        "delivery is delayed", "delivery is being delayed", "delayed mail", "message delayed",
        "mail delayed", "delayed delivery", "delivery delay", "notification delay",
        "status delay", "delayed by", "delivery incomplete", "delivery has been delayed",
        "will be retried", "will be re tried", "will retry for", "gmail will retry",
        "will keep trying", "will continue to try", "will continue trying", "we'll keep trying",
        "we will keep", "continue to try", "keep trying", "keep on trying", "continue to retry",
        "continue to be attempted", "continue to attempt", "delivery attempts will continue",
        "attempts to deliver * continue", "will continue for", "continue to deliver",
        "still being retried", "still being attempted", "still trying", "still attempting",
        "still undelivered", "still queued", "still in the queue", "still in queue",
        "is still awaiting", "still awaiting delivery", "awaiting delivery",
        "not yet been delivered", "not been delivered yet", "has not yet been", "have not yet been",
        "not yet delivered", "could not be delivered yet", "cannot be delivered yet",
        "yet to be delivered",
        "temporary problem delivering", "temporarily undeliverable",
        "temporarily unable to deliver",
        "temporarily delayed", "will try again", "we'll try again",
        "will be tried again",
        "no action is required on your part", "no action is required",
        "transient non fatal errors", "non fatal errors", "could not send message for past",
        "has been queued for", "queued for * hours", "temporary failure notice",
        "wird weiterhin", "noch nicht zugestellt", "verz\u{F6}ger", "zugestellt werden verz",
        "weitere zustellversuche", "erneut versucht", "retard\u{E9}", "nouvelle tentative",
        "n'a pas encore", "continuer", "retrasado", "se ha retrasado", "todav\u{ED}a no",
        "se seguir", "reintentar", "ritardo", "nuovo tentativo", "non ancora", "atrasad",
        "ainda n\u{E3}o", "vertraagd", "nog niet", "f\u{F6}rsen", "forsinke", "viiv\u{E4}st",
        "op\u{F3}\u{17A}nion", "odlo\u{17E}en",
        "\u{437}\u{430}\u{434}\u{435}\u{440}\u{436}", "\u{9045}\u{5EF6}", "\u{5EF6}\u{8FDF}",
    ]

    private static let final = [
        "giving up", "given up", "gave up", "permanent error", "permanent fatal",
        "failed permanently", "permanent failure", "permanently failed", "will not be retried",
        "won't be retried", "not be retried", "not going to try again", "no further attempt",
        "no more attempts", "will not be attempted", "will not try again", "stopped trying",
        "has been returned to", "is being returned", "returned to sender", "returning message",
        "returned undelivered", "your message was returned", "final attempt", "delivery failed",
        "has failed", "could not be delivered within", "undelivered mail returned",
        "exceeded maximum delivery attempts", "retry timeout exceeded", "queue too long",
        "removed from the queue", "removed from queue", "deleted from the queue",
        "has been deleted", "has expired", "message expired", "delivery time expired",
        "will not be delivered", "endg\u{FC}ltig", "permanent fehl",
    ]

    private static let success = [
        "successfully delivered", "successfully relayed", "was successfully",
        "were successfully", "has been successfully", "have been successfully",
        "been delivered to the", "successful delivery", "successful mail delivery",
        "delivered successfully", "delivery successful",
        "delivery notification delivery has been successful",
        "relayed to", "relayed into", "message was delivered", "message has been delivered",
        "mail was delivered", "erfolgreich zugestellt",
    ]

    private static let copy = [
        "below this line is a copy", "below the next line is a copy", "this is a copy of",
        "below is a copy of", "a copy of the original message", "a copy of your message",
        "here is a copy of", "original message", "original message follows",
        "original message header", "original message headers", "original message below",
        "original message attached", "original mail", "original message text",
        "unsent message below", "unsent message follows", "unsent message",
        "returned message", "returned mail follows", "returned message below",
        "returned message follows", "message header follows", "message headers follow",
        "message header", "message headers", "message follows", "message text follows",
        "message contents", "the header of the original",
        "header of the original message", "headers of the original message",
        "headers of the message",
        "header of your message", "headers of your message", "rejected message",
        "rejected message follows", "failed message", "undelivered message follows",
        "text of your message", "text of message", "your original message", "your message follows",
        "your message reads", "your message header",
        "the following is a copy", "following is a copy", "following is the",
        "forwarded message", "start of returned message",
        "beginning of original", "begin original",
        "begin returned", "included message", "included is a copy", "copy of message",
        "copy of original", "copy of your message", "enclosed is", "header information",
        "mail header",
        "mensaje original", "message original", "messaggio originale", "mensagem original",
        "urspr\u{FC}ngliche nachricht", "originalnachricht", "original nachricht",
        "oorspronkelijk bericht", "\u{539F}\u{90AE}\u{4EF6}",
    ]

    private static let contact = [
        "contact", "assistance", "send mail to", "send email to", "send e mail to", "help desk",
        "helpdesk", "mail administrator", "any questions", "please forward", "forward this",
        "for more information", "for help", "for further", "please reply", "reply to",
        "if you feel", "if you believe", "wenden sie sich", "kontaktieren",
        "contactez", "contacter", "contacte", "contatta",

    ]

    private static let away = [
        "out of office", "out of the office", "on vacation", "on holiday", "on holidays",
        "on leave", "annual leave", "maternity leave", "parental leave", "i am away", "i'm away",
        "i will be away", "i am currently away", "am currently out", "i will be out",
        "i'm out of", "i am out of", "away from my", "away from the office", "be back on",
        "will be returning", "i will return", "back in the office", "limited access to",

        "auto responder",

        "abwesenheit", "nicht im b\u{FC}ro", "nicht im buero", "nicht im haus", "im urlaub",
        "automatische antwort", "bin ich wieder", "ich bin ab", "au\u{DF}er haus",
        "absent du bureau", "absente du bureau", "en vacances", "en cong\u{E9}", "je suis absent",
        "r\u{E9}ponse automatique", "absence du bureau", "fuera de la oficina", "de vacaciones",
        "respuesta autom\u{E1}tica", "estoy fuera", "fuori sede", "fuori ufficio", "in ferie",
        "risposta automatica", "sono assente", "fora do escrit", "de f\u{E9}rias",
        "resposta autom\u{E1}tica", "afwezig", "niet op kantoor", "op vakantie",
        "automatisch antwoord", "automatiskt svar", "p\u{E5} semester", "ikke p\u{E5} kontoret",
        "automatisk svar", "p\u{E5} ferie", "fraværende", "lomalla", "poissa", "automaattinen",
        "poza biurem", "na urlopie", "autoodpowied", "automatyczna odpowied", "mimo kancel",
        "na dovolen", "automatick\u{E1} odpov", "szabads\u{E1}gon", "automatikus v\u{E1}lasz",
        "ofis d\u{131}\u{15F}\u{131}nda", "otomatik yan",
        "\u{43E}\u{442}\u{43F}\u{443}\u{441}\u{43A}",
        "\u{430}\u{432}\u{442}\u{43E}\u{43E}\u{442}\u{432}\u{435}\u{442}",
        "\u{81EA}\u{52D5}\u{5FDC}\u{7B54}", "\u{81EA}\u{52A8}\u{56DE}\u{590D}",
        "у відпустці", "휴가 중", "휴가입니다", "απουσιάζω", "în concediu", "in concediu",
        "休暇をいただ", "正在休假", "休假中", "na godišnjem odmoru", "na dopustu",
    ]
}
