internal import Core
internal import Diagnostics
internal import Glibc
internal import Liquid

/// The public pages: those of the marketers' folder where they are valid, else the built-in ones.
///
/// `unsubscribe.html` serves every language, `unsubscribe.de.html` one. They are templates in
/// mail mode, escaped by themselves, and see `page.topic` (the topic's label, blank when there is
/// none) and `page.language`.
struct Pages: Sendable {
    static let maximumSize = 256 * 1024

    /// By file name without its ending.
    private let programs: [String: Program]
    /// What was wrong with files that are not used, for the log.
    let findings: [String]

    /// Reads the folder; nil uses the built-in pages only.
    init(folder: String?) {
        var programs: [String: Program] = [:]
        var findings: [String] = []
        for kind in PageKind.allCases {
            for name in [kind.rawValue] + PageLanguage.allCases.map({ "\(kind.rawValue).\($0)" }) {
                guard let folder, let bytes = Self.read("\(folder)/\(name).html") else { continue }
                do throws(Finding) {
                    programs[name] = try Self.program(bytes, path: "pages/\(name).html")
                } catch {
                    findings.append(error.summary)
                }
            }
        }
        self.programs = programs
        self.findings = findings
    }

    private static func program(_ bytes: [UInt8], path: String) throws(Finding) -> Program {
        let source = TemplateSource(SourceText(path: path, bytes: bytes))
        var options = CompileOptions()
        options.escaping = .html
        return try Program(Template(parsing: source, mode: .mail), options: options)
    }

    /// The page's HTML. A template that fails while rendering gives way to the built-in page.
    func html(
        _ kind: PageKind, _ language: PageLanguage, topic: String? = nil, at now: Instant
    ) -> [UInt8] {
        let program = programs["\(kind.rawValue).\(language.rawValue)"] ?? programs[kind.rawValue]
        if let program, let html = Self.render(program, language, topic, now) { return html }
        return BuiltInPage.html(PageWords(kind, language, topic: topic), language)
    }

    private static func render(
        _ program: Program, _ language: PageLanguage, _ topic: String?, _ now: Instant
    ) -> [UInt8]? {
        let page = Members([
            (Array("topic".utf8), topic.map { Value($0) } ?? .null),
            (Array("language".utf8), Value(language.rawValue)),
        ])
        var input = RenderInput(data: Members([(Array("page".utf8), .hash(page))]), now: now)
        input.language = Language(tag: language.rawValue)
        var output = RenderOutput()
        guard case .done = program.render(input, into: &output) else { return nil }
        return output.bytes
    }

    /// A regular file of at most `maximumSize`; nil otherwise.
    private static func read(_ path: String) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_size <= maximumSize
        else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes {
                Glibc.read(file, $0.baseAddress! + count, $0.count - count)
            }
            if got < 0 && errno == EINTR { continue }
            guard got > 0 else { break }
            count += got
        }
        return count == bytes.count ? bytes : nil
    }
}
