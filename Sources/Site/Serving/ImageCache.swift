/// The images that were asked for last, so that a mailing's pictures are read once and not for each
/// of its recipients. Bounded in octets.
struct ImageCache {
    static let limit = 16 << 20

    struct Image {
        var bytes: [UInt8]
        var mediaType: String
    }

    private var images: [String: (image: Image, lastUse: Int)] = [:]
    private var bytes = 0
    private var uses = 0

    mutating func find(_ hash: String) -> Image? {
        guard let found = images[hash]?.image else { return nil }
        uses += 1
        images[hash]?.lastUse = uses
        return found
    }

    /// An image larger than the whole cache is not kept.
    mutating func keep(_ image: Image, _ hash: String) {
        guard images[hash] == nil, image.bytes.count <= Self.limit else { return }
        uses += 1
        images[hash] = (image, uses)
        bytes += image.bytes.count
        while bytes > Self.limit,
            let oldest = images.min(by: { $0.value.lastUse < $1.value.lastUse })
        {
            bytes -= oldest.value.image.bytes.count
            images[oldest.key] = nil
        }
    }
}
