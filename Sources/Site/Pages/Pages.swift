internal import Core
internal import Diagnostics
internal import Glibc
internal import Liquid
internal import Threads

/// The public pages: those of the marketers' folder where they are valid, else the built-in ones.
///
/// `unsubscribe.html` serves every language, `unsubscribe.de.html` one; `layout.html` is the frame of
/// every page that has no file of its own. They are templates in mail mode, escaped by themselves,
/// and see `page.title`, `page.content` (what the page says and asks, in safe HTML: to be printed
/// `| raw`), `page.kind`, `page.language` and `page.topic` (the topic's label, blank when there is
/// none).
struct Pages: Sendable {
    static let maximumSize = 256 * 1024

    /// By file name without its ending.
    private let programs: [String: Program]
    /// What is wrong with files, for the log.
    let findings: [String]
    /// What the files looked like when they were read.
    private let marks: [String: FileMark]
    private let folder: String?

    /// Reads the folder; nil uses the built-in pages only.
    init(folder: String?) {
        var programs: [String: Program] = [:]
        var findings: [String] = []
        marks = folder.map(Self.marks) ?? [:]
        for name in Self.names {
            guard let folder, let bytes = Self.read("\(folder)/\(name).html") else { continue }
            do throws(Finding) {
                programs[name] = try Self.program(bytes, path: "pages/\(name).html")
                if Self.hasStyleAttribute(bytes) {
                    findings.append(
                        "pages/\(name).html is used, but browsers ignore its style attributes: "
                            + "move them into a <style> element")
                }
            } catch {
                findings.append(
                    "page not used, the built-in one is shown: \(error.summary)")
            }
        }
        self.programs = programs
        self.findings = findings
        self.folder = folder
    }

    private static let layout = "layout"

    /// The files that are looked for, without their ending.
    private static let names = (PageKind.allCases.map(\.rawValue) + [layout]).flatMap { name in
        [name] + PageLanguage.allCases.map { "\(name).\($0)" }
    }

    /// A word of that look in a text is mistaken for one: it is only told.
    private static func hasStyleAttribute(_ bytes: [UInt8]) -> Bool {
        let mark = Array(" style=".utf8)
        return bytes.indices.contains { place in
            bytes[place] == mark[0]
                && bytes[place...].prefix(mark.count).map { $0 | 0x20 }
                    .elementsEqual(mark.map { $0 | 0x20 })
        }
    }

    private static func program(_ bytes: [UInt8], path: String) throws(Finding) -> Program {
        let source = TemplateSource(SourceText(path: path, bytes: bytes))
        var options = CompileOptions()
        options.escaping = .html
        return try Program(Template(parsing: source, mode: .mail), options: options)
    }

    /// The page's HTML. A template that fails while rendering gives way to the built-in page.
    func html(
        _ kind: PageKind, _ language: PageLanguage, _ content: PageContent, topic: String? = nil,
        at now: Instant
    ) -> [UInt8] {
        let candidates = [
            "\(kind.rawValue).\(language.rawValue)", kind.rawValue,
            "\(Self.layout).\(language.rawValue)", Self.layout,
        ]
        for name in candidates {
            guard let program = programs[name] else { continue }
            let page = Members([
                (Array("title".utf8), Value(content.title)),
                (Array("content".utf8), Value(PageHTML(content).text)),
                (Array("kind".utf8), Value(kind.rawValue)),
                (Array("language".utf8), Value(language.rawValue)),
                (Array("topic".utf8), topic.map { Value($0) } ?? .null),
            ])
            if let html = Self.render(program, page, language, now) { return html }
        }
        return BuiltInPage.html(content, language)
    }

    private static func render(
        _ program: Program, _ page: Members, _ language: PageLanguage, _ now: Instant
    ) -> [UInt8]? {
        var input = RenderInput(data: Members([(Array("page".utf8), .hash(page))]), now: now)
        input.language = Language(tag: language.rawValue)
        var output = RenderOutput()
        guard case .done = program.render(input, into: &output) else { return nil }
        return output.bytes
    }

    // MARK: Files

    /// What tells whether a file was replaced or written.
    private struct FileMark: Hashable, Sendable {
        var inode: UInt
        var size: Int
        var seconds: Int
        var nanoseconds: Int
    }

    /// Whether a file came, went or changed since this was read.
    var isStale: Bool { folder.map { Self.marks($0) != marks } ?? false }

    private static func marks(_ folder: String) -> [String: FileMark] {
        var marks: [String: FileMark] = [:]
        for name in names {
            var status = stat()
            guard lstat("\(folder)/\(name).html", &status) == 0 else { continue }
            marks[name] = FileMark(
                inode: UInt(status.st_ino), size: Int(status.st_size),
                seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
        }
        return marks
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
        let bytes = Descriptor.contents(of: file, atMost: Int(status.st_size))
        return bytes?.count == Int(status.st_size) ? bytes : nil
    }
}
