/// Who writes notices, and under which subjects.
enum Authors {
    /// In a From field: an author no person has.
    static let mailSystems = table(mailSystemNames)
    /// In a subject that hardly anybody but a mail server writes.
    static let notices = table(noticeSubjects)
    /// At the beginning of the subject of an automatic reply.
    static let replies = table(replySubjects)

    /// In the subject of a warning that delivery takes longer.
    static let warnings = table([
        "delay", "warning", "verzöger", "retard", "retras", "ritard", "still being", "vertraag",
        "delivery incomplete", "temporar",
    ])
    /// In the subject of a notice that gave up.
    static let failures = table([
        "fail", "undeliver", "returned", "returning", "return to sender", "not delivered",
        "unzustellbar", "non remis", "could not be delivered", "rejected",
    ])

    /// In a subject about things that are delivered, or paid, otherwise than by mail servers.
    static let goods = table([
        "parcel", "package", "shipment", "shipping", "order", "invoice", "payment", "paket",
        "sendung", "bestellung", "rechnung", "colis", "commande", "paquete", "pedido", "pacco",
        "ordine", "pakket", "bestelling", "encomenda", "przesy\u{142}k", "zam\u{F3}wieni",
        "ballot", "courier", "pipeline", "deployment", "build",
        "\u{43F}\u{43E}\u{441}\u{44B}\u{43B}\u{43A}",
        "\u{437}\u{430}\u{43A}\u{430}\u{437}",
    ])

    private static func table(_ words: [String]) -> PhraseTable {
        PhraseTable(words.map { (Array($0.utf8), 0) })
    }

    private static let mailSystemNames = [
        "mailer-daemon", "mailer daemon", "mailerdaemon", "postmaster", "mail delivery",
        "maildelivery", "mail-daemon", "maildaemon", "mail administrator", "mail system",
        "mdaemon", "delivery subsystem", "delivery system", "mail delivery service",
        "internet mail service", "system administrator", "mail.delivery", "mail_delivery",
        "mail router", "mailrouter", "mail gateway", "mailgate", "bounce-notification",
        "mail transport", "mailadmin", "mail server", "mailserver", "mail-server", "mail agent",
        "microsoft exchange", "microsoftexchange", "mailsweeper", "mailmarshal",
        "autoanswer-bounce",
        "delivery-status", "delivery status", "deliverystatus", "delivery notification",
        "delivery report", "undeliver", "mail-bounce", "daemon@", "maildrop",
        "smtp gateway", "smtpgateway", "mimesweeper", "symantec_antivirus", "interscan",
        "scanmail", "returned mail", "nondelivery", "non-delivery", "ndr@", "mailman-bounce",
        "emailsystem", "e-mail system", "email system", "mail-system",
    ]

    private static let noticeSubjects = [
        "undeliver", "failure notice", "delivery fail", "delivery status", "delivery problem",
        "returned mail", "mail delivery", "delivery notif", "undelivered", "mail failure",
        "message delivery", "non deliver", "nondeliver", "non-deliver", "unzustellbar",
        "delivery error", "delivery report", "returned to sender", "return to sender",
        "could not be delivered", "not delivered", "delivery has failed", "delivery delay",
        "delayed mail", "message delayed", "delivery delayed", "message undeliver",
        "failed mail", "mail system error", "delivery incomplete", "failure delivery",
        "permanent delivery", "error sending", "email delivery", "bounced mail",
        "message status", "mail status", "your mail sent on", "warning: message",
        "warning: could not send",
        "could not send message", "unknown user", "user unknown",
        "mail could not", "automatically rejected", "undelivarable", "unable to deliver",
        "message rejected", "rejected mail", "mail rejected",
        "delivery unsuccessful", "mensaje no entregado", "no se puede entregar", "no entregado",
        "non remis", "non recapitat", "mancato recapito", "não entregue", "onbestelbaar",
        "nicht zugestellt", "nicht zustellbar", "fehlgeschlagen", "échec", "echec",
        "не доставлен", "недостав", "não foi poss", "退信", "退訊", "送信できません",
        "無法傳遞", "无法投递", "notdelivered", "olevererbar", "oläverans", "kan inte leverera",
        "kunne ikke lever", "toimittamatta", "nedoruč", "niedostarcz", "nie można dostarczyć",
        "kézbesíthetetlen", "teslim edilemedi", "mail not", "message not",
    ]

    private static let replySubjects = [
        "auto:", "auto-re", "auto re", "automatic reply", "automated reply", "auto-reply",
        "autoreply", "auto reply", "autosvar", "autorespon", "autoanswer", "out of office",
        "out of the office", "out-of-office", "abwesen", "automatische antwort",
        "automatisch antwoord", "automatisk svar", "vacation reply", "vacation respon",
        "vacation notice", "vacation message", "vacation note", "vacation auto",
        "réponse automatique", "reponse automatique",
        "absence du bureau", "respuesta automática", "respuesta automatica",
        "risposta automatica", "fuori sede", "fuori ufficio", "resposta automática",
        "autosvar", "automaattinen", "autoodpowied", "automatyczna odpowied",
        "automatická odpov", "automatikus válasz", "otomatik yan", "автоответ",
        "自動応答", "自動返信", "自动回复", "自動回覆", "i am away", "on vacation", "away from",
        "Автоматический ответ", "Автоматична відповідь", "Автовідповідь", "Автоматичен отговор",
        "Αυτόματη απάντηση", "автоматический ответ", "автоматична відповідь", "автовідповідь",
        "автоматичен отговор",
        "자동 회신", "자동 응답", "자동응답", "부재중", "αυτόματη απάντηση", "răspuns automat",
        "raspuns automat", "automatski odgovor", "samodejni odgovor", "automatinis atsakymas",
        "automātiskā atbilde", "automaatvastus", "trả lời tự động", "balasan otomatis",
        "תשובה אוטומטית", "رد تلقائي", "ตอบกลับอัตโนมัติ", "自动答复", "自動答覆", "自動回復",
        "不在通知", "不在のお知らせ", "休暇通知", "frånvaro", "fraværs", "poissaolo", "nieobecn",
        "on holiday", "im urlaub", "en vacances", "de vacaciones", "afwezig",
    ]
}
