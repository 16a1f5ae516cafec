package import Composition
package import Seal

/// Makes what only one delivery has: sealed links, return path and Message-ID.
///
/// Holds keyed contexts, so each thread makes its own.
package final class Identities {
    /// What the configuration says about addresses and names.
    package struct Names: Hashable, Sendable {
        /// Scheme and authority of all links, no slash at the end.
        package var publicURL: String
        package var returnPathDomain: String
        package var messageIDDomain: String
        /// The right side of List-Id.
        package var listDomain: String

        package init(
            publicURL: String, returnPathDomain: String, messageIDDomain: String,
            listDomain: String
        ) {
            self.publicURL = publicURL
            self.returnPathDomain = returnPathDomain
            self.messageIDDomain = messageIDDomain
            self.listDomain = listDomain
        }

        /// 5 to 15 characters that are the same in all mail of this sender (Feedback-ID).
        var feedbackSender: String {
            let letters = returnPathDomain.filter { $0.isLetter || $0.isNumber }
            return String((letters + "maild").prefix(15))
        }
    }

    /// What stands before a token in a link.
    private struct Prefixes {
        let anonymousClick: String
        let click: String
        let confirm: String
        let open: String
        let preferences: String
        let survey: String
        let unsubscribe: String
        let view: String

        init(_ publicURL: String) {
            anonymousClick = publicURL + "/a/"
            click = publicURL + "/c/"
            confirm = publicURL + "/k/"
            open = publicURL + "/o/"
            preferences = publicURL + "/p/"
            survey = publicURL + "/s/"
            unsubscribe = publicURL + "/u/"
            view = publicURL + "/v/"
        }
    }

    private let sealer: Sealer
    private let names: Names
    private let prefixes: Prefixes
    private let feedbackSender: String
    /// Where the public endpoint has images.
    package let imagePrefix: String

    package init(_ ring: KeyRing, _ names: Names) throws(SealError) {
        sealer = try Sealer(ring)
        self.names = names
        prefixes = Prefixes(names.publicURL)
        feedbackSender = names.feedbackSender
        imagePrefix = names.publicURL + "/i/"
    }

    /// With all links that a template can print.
    package func identity(of delivery: Int64) throws(SealError) -> DeliveryIdentity {
        var identity = try shared(of: delivery)
        identity.preferencesURL = try url(prefixes.preferences, .preferences, delivery)
        identity.viewURL = try url(prefixes.view, .view, delivery)
        identity.confirmURL = try url(prefixes.confirm, .confirm, delivery)
        identity.surveyURL = try url(prefixes.survey, .survey, delivery)
        return identity
    }

    /// With what messages of this mailing say, for use with no other: each link is sealed by itself,
    /// and most mailings print few.
    package func identity(
        of delivery: Int64, for mailing: CompiledMailing
    ) throws(SealError) -> DeliveryIdentity {
        var identity = try shared(of: delivery)
        for name in mailing.ownLinks {
            switch name {
            case "preferences":
                identity.preferencesURL = try url(prefixes.preferences, .preferences, delivery)
            case "view": identity.viewURL = try url(prefixes.view, .view, delivery)
            case "confirm": identity.confirmURL = try url(prefixes.confirm, .confirm, delivery)
            case "survey": identity.surveyURL = try url(prefixes.survey, .survey, delivery)
            default: break
            }
        }
        return identity
    }

    /// What nearly every message says.
    private func shared(of delivery: Int64) throws(SealError) -> DeliveryIdentity {
        // Sealed once for the page and the address.
        let unsubscribe = try sealer.token(.unsubscribe, delivery: delivery)
        let messageID = MessageID.bare(
            try sealer.token(.messageID, delivery: delivery), domain: names.messageIDDomain)
        var identity = DeliveryIdentity(
            linkPrefix: try url(prefixes.click, .click, delivery, "/"),
            pixelURL: try url(prefixes.open, .open, delivery, ".gif"),
            unsubscribeURL: unsubscribe.text(after: prefixes.unsubscribe, before: ""),
            preferencesURL: "", viewURL: "",
            imagePrefix: imagePrefix, messageID: messageID, listDomain: names.listDomain,
            feedbackSender: feedbackSender)
        identity.unsubscribeMailto = UnsubscribeAddress.mailto(
            unsubscribe, domain: names.returnPathDomain)
        return identity
    }

    /// The same for somebody who asked not to be tracked: counted links are those of the version,
    /// the same in everybody's mail.
    package func untracked(
        _ identity: DeliveryIdentity, version: Int64
    ) throws(SealError) -> DeliveryIdentity {
        var identity = identity
        identity.linkPrefix = try url(prefixes.anonymousClick, .anonymousClick, version, "/")
        identity.counting = .anonymous
        return identity
    }

    /// Where bounces of a delivery come back to.
    package func returnPath(of delivery: Int64) throws(SealError) -> String {
        ReturnPath.address(
            try sealer.token(.returnPath, delivery: delivery), domain: names.returnPathDomain)
    }

    private func url(
        _ prefix: String, _ purpose: Purpose, _ delivery: Int64, _ end: String = ""
    ) throws(SealError) -> String {
        try sealer.token(purpose, delivery: delivery).text(after: prefix, before: end)
    }
}
