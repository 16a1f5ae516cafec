import Core
import Diagnostics
import Liquid
import Message

/// The files of the folder that a mailing uses besides its templates: images as they are found in
/// the HTML, and attachments.
struct AssetTable {
    let mode: FrontMatter.Images
    private let source: MailingSource
    private var byPath: [String: MailingImage] = [:]
    /// In the order of their first use.
    private(set) var images: [MailingImage] = []
    private(set) var attachments: [Enclosure] = []
    /// Paths of the files in use.
    private(set) var used: Set<String> = []
    var findings: [Finding] = []

    /// One image, all embedded ones, and all attachments of a mailing, in octets.
    static let imageLimit = 1 << 20
    static let embeddedLimit = 5 << 20
    static let attachmentLimit = 10 << 20

    init(_ mode: FrontMatter.Images, source: MailingSource) {
        self.mode = mode
        self.source = source
    }

    // MARK: - Images

    /// The image that a local path names; nil, with a finding, when it cannot be used.
    mutating func image(_ path: String, at place: Place) -> MailingImage? {
        if let known = byPath[path] { return known }
        guard LocalPath.isBelow(path) else {
            refuse("image-path", place, "an image's path stays below the folder: images/hero.png")
            return nil
        }
        let decoded = LocalPath.percentDecoded(path).flatMap { LocalPath.isBelow($0) ? $0 : nil }
        let paths = [path, decoded].compactMap { $0 }
        let found = paths.first { source.files[$0] != nil }
        guard let found, let bytes = source.files[found] else {
            refuse(
                "missing-image", place,
                source.absence(
                    of: "image", path, at: paths,
                    among: names { Self.imageEndings.contains($0) }))
            return nil
        }
        used.insert(found)
        guard let file = ImageFile(bytes) else {
            refuse("image-type", place, Self.reason(found, bytes))
            return nil
        }
        guard bytes.count <= Self.imageLimit else {
            refuse(
                "image-size", place,
                "\(found) has \(Self.kilobytes(bytes)) KB; an image may have at most "
                    + "\(Self.imageLimit >> 10) KB")
            return nil
        }
        let image = MailingImage(
            path: found, hash: ContentID(file: bytes), file: file)
        byPath[path] = image
        if !images.contains(where: { $0.hash == image.hash }) { images.append(image) }
        return image
    }

    private static func reason(_ path: String, _ bytes: [UInt8]) -> String {
        if ImageFile.isSVG(bytes) || path.hasSuffix(".svg") {
            return "\(path) is SVG, which most mail programs do not show; save it as PNG"
        }
        return "\(path) is no PNG, JPEG, GIF or WebP image"
    }

    /// Judges what all images together weigh.
    mutating func finish(at place: Place?) {
        guard mode == .embed, let place else { return }
        let octets = images.reduce(0) { $0 + (source.files[$1.path]?.count ?? 0) }
        if octets > Self.embeddedLimit {
            refuse(
                "image-size", place,
                "the embedded images have \(octets >> 10) KB together, and at most "
                    + "\(Self.embeddedLimit >> 10) KB travel with a message; write images: host")
        }
    }

    // MARK: - Attachments

    /// Takes the files of `attach`.
    mutating func attach(_ matter: FrontMatter, in file: SourceText) {
        var octets = 0
        for (path, offset) in matter.attachments {
            func refuse(_ code: String, _ message: String) {
                findings.append(Finding(code: code, in: file, at: offset, message))
            }
            guard LocalPath.isBelow(path) else {
                refuse("attachment-path", "an attachment's path stays below the folder")
                continue
            }
            let paths = ["attachments/\(path)", path]
            let found = paths.first { source.files[$0] != nil }
            guard let found, let bytes = source.files[found] else {
                refuse(
                    "missing-attachment",
                    source.absence(
                        of: "attachment", path, at: paths,
                        among: names { MediaType.known[$0] != nil }.map(Self.withoutFolder)))
                continue
            }
            used.insert(found)
            let name = String(found.split(separator: "/").last ?? "")
            if let objection = MediaType.objection(to: name) {
                refuse("attachment-type", objection)
                continue
            }
            octets += bytes.count
            if attachments.contains(where: { $0.fileName == name }) {
                refuse("attachment", "two attachments are named \(name)")
                continue
            }
            attachments.append(
                Enclosure(
                    .attachment, fileName: name, mediaType: MediaType.of(name, bytes),
                    bytes: bytes))
        }
        if octets > Self.attachmentLimit {
            findings.append(
                Finding(
                    code: "attachment-size", in: file, at: matter.offsets["attach"] ?? 0,
                    "the attachments have \(octets >> 10) KB together; at most "
                        + "\(Self.attachmentLimit >> 10) KB are taken everywhere"))
        }
    }

    private static func withoutFolder(_ path: String) -> String {
        path.hasPrefix("attachments/") ? String(path.dropFirst("attachments/".count)) : path
    }

    // MARK: - Encoding

    /// The files that travel with each message, encoded; nil when there are none.
    func enclosures(_ domain: String, id: ContentID) throws(MessageFault) -> Enclosures? {
        var files = attachments
        if mode == .embed {
            files += images.map { image in
                Enclosure(
                    .inline(contentID: image.contentID(domain)),
                    fileName: String(image.path.split(separator: "/").last ?? ""),
                    mediaType: image.file.format.mediaType, bytes: source.files[image.path] ?? [])
            }
        }
        return files.isEmpty ? nil : try Enclosures(files, id: id.text)
    }

    // MARK: - Words

    private static let imageEndings: Set<String> = ["png", "jpg", "jpeg", "gif", "webp"]

    /// Files of the folder whose ending is wanted.
    private func names(_ wants: (String) -> Bool) -> [String] {
        source.files.keys.filter { wants(MediaType.ending(of: $0)) }.sorted()
    }

    private static func kilobytes(_ bytes: [UInt8]) -> Int { bytes.count >> 10 }

    private mutating func refuse(_ code: String, _ place: Place, _ message: String) {
        findings.append(place.finding(.refuse, code, message))
    }
}
