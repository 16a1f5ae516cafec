/// The pages that the endpoint shows; the raw value is the name of its file in the pages' folder.
enum PageKind: String, CaseIterable, Sendable {
    case unsubscribe
    case unsubscribeDone = "unsubscribe-done"
    case preferences
    case notFound = "not-found"
    /// The token is ours, and what it stood for is no longer kept.
    case gone
    /// The store cannot answer now.
    case busy
}
