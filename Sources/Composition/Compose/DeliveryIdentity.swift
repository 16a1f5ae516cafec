/// What makes a message this delivery's and no other's: strings that the daemon has sealed.
package struct DeliveryIdentity: Hashable, Sendable {
    /// Stands before the number of a counted link: `https://mail.example.com/c/TOKEN/`.
    package var linkPrefix: String
    /// `https://mail.example.com/o/TOKEN.gif`
    package var pixelURL: String
    /// The page behind `{{ links.unsubscribe }}`, which also takes the one-click POST.
    package var unsubscribeURL: String
    /// The same by mail, `mailto:u-TOKEN@bounces.example.com?subject=unsubscribe`; nil: only by the
    /// page.
    package var unsubscribeMailto: String?
    package var preferencesURL: String
    package var viewURL: String
    /// The page on which what a form asked for is confirmed.
    package var confirmURL = "https://preview.invalid/k"
    /// Stands before the name of a survey: `https://mail.example.com/s/TOKEN`.
    package var surveyURL = "https://preview.invalid/s"
    /// Stands before the public name of an image: `https://mail.example.com/i/`.
    package var imagePrefix: String
    /// Stands for a code of every coupon pool where nobody gets one; nil: codes are taken.
    package var couponPlaceholder: String?
    /// `left@right`, the same at each attempt.
    package var messageID: String
    /// The right side of List-Id.
    package var listDomain: String
    /// The same in all mail of this sender: the last part of Feedback-ID.
    package var feedbackSender: String
    /// Stands before the subject of a proof: `[proof 2/5 hero=travellers] `.
    package var subjectPrefix = ""
    package var counting = Counting.ofPerson

    /// What is counted of what the recipient does with the mail.
    package enum Counting: Hashable, Sendable {
        case ofPerson
        /// Clicks, by links that are the same for everybody; what differs by person leads straight
        /// to its target, and no opening is counted.
        case anonymous
        /// Nothing: links lead straight to their targets.
        case nothing
    }

    package init(
        linkPrefix: String, pixelURL: String, unsubscribeURL: String, preferencesURL: String,
        viewURL: String, imagePrefix: String, messageID: String, listDomain: String,
        feedbackSender: String
    ) {
        self.linkPrefix = linkPrefix
        self.pixelURL = pixelURL
        self.unsubscribeURL = unsubscribeURL
        self.preferencesURL = preferencesURL
        self.viewURL = viewURL
        self.imagePrefix = imagePrefix
        self.messageID = messageID
        self.listDomain = listDomain
        self.feedbackSender = feedbackSender
    }

    /// What previews and proofs print for a coupon code.
    package static let couponPlaceholder = "YOUR-CODE"

    /// For previews: nothing is counted, and maild's own links lead nowhere.
    package static let preview: DeliveryIdentity = {
        var identity = uncounted
        identity.counting = .nothing
        identity.couponPlaceholder = couponPlaceholder
        return identity
    }()

    private static let uncounted = DeliveryIdentity(
        linkPrefix: "https://preview.invalid/c/", pixelURL: "data:,",
        unsubscribeURL:
            "https://preview.invalid/u", preferencesURL: "https://preview.invalid/p",
        viewURL: "https://preview.invalid/v", imagePrefix: "https://preview.invalid/i/",
        messageID: "preview@preview.invalid", listDomain: "preview.invalid",
        feedbackSender: "preview")
}
