internal import HTTP
internal import Store
internal import Threads

extension SiteStation {
    /// Serves an image of a mailing. Asking for it says nothing of a person: the name is the same
    /// for everybody, so nothing is recorded.
    func image(_ route: Route, _ exchange: Exchange) {
        guard case .image(let hash, let ending) = route else { return }
        let method = exchange.request.method
        guard method == .get || method == .head else {
            return exchange.respond(Answer.notAllowed(post: false))
        }
        if let image = images.withLock({ $0.find(hash) }) {
            return respond(image, ending, exchange)
        }
        work(exchange) { site, lookup in
            guard let asset = try lookup.reader.publicAsset(hash), let type = asset.mediaType else {
                return exchange.respond(site.page(404, .notFound, exchange))
            }
            let image = ImageCache.Image(bytes: asset.bytes, mediaType: type)
            site.images.withLock { $0.keep(image, hash) }
            site.respond(image, ending, exchange)
        }
    }

    /// One spelling only: another type's ending is unknown.
    private func respond(_ image: ImageCache.Image, _ ending: String, _ exchange: Exchange) {
        guard Route.imageTypes[ending] == image.mediaType else {
            return exchange.respond(page(404, .notFound, exchange))
        }
        exchange.respond(Answer.image(image.bytes, type: image.mediaType))
    }
}
