import Diagnostics
import Glibc
import Testing

@testable import Composition

/// What a hostile folder can cost: time linear in its size, findings bounded.
@Suite(.serialized) struct LintLimitsTests {
    private static let pieces = [
        "<p>", "<b>", "</i>", "</p>", "<tr><td>", "<!--[if mso]>", "<![endif]-->", "<!--",
        "<style>",
        "<a href=\"", "<td {% if vip %}a=\"1\"{% endif %}>", "{% if vip %}<td>{% endif %}",
        "*|", "[agn", "{{ first_name }}", "<img src=\"http://a.example/\">",
        "<a href=\"https://a.example/?{{ city }}\">", "{% if in_segment \"zz\" %}{% endif %}",
        "{% if age < 3 %}x{% endif %}", "<a href=\"/x\">",
    ]

    private func findings(_ piece: String, bytes: Int) -> [Finding] {
        let count = max(20, bytes / piece.utf8.count)
        var folder = FolderCase(name: "")
        folder.files["loop.conf"] = Array(FolderCase.rules.utf8)
        // Lines of a usual length: each finding brings its line along.
        let lines = (0..<count).map { $0 % 20 == 19 ? piece + "\n" : piece }
        folder.files["m.html"] = Array(
            ("---\nsubject: Hi\nfrom: a@shop.example\nsend: on trigger\n---\n" + lines.joined())
                .utf8)
        return FolderLint.findings(in: folder.files, grants: folder.grants)
    }

    /// Processor seconds of this thread, the least of two runs.
    private func seconds(_ piece: String, bytes: Int) -> Double {
        (0..<2).map { _ in
            let start = Self.now
            _ = findings(piece, bytes: bytes)
            return Self.now - start
        }.min() ?? 0
    }

    private static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    @Test("four times as much takes about four times as long", arguments: pieces)
    func linear(piece: String) {
        // A square would be sixteen times.
        let ratio = seconds(piece, bytes: 16_000) / max(seconds(piece, bytes: 4000), 0.001)
        #expect(ratio < 10, "\(piece): \(ratio)")
    }

    @Test("nobody is told more than can be read", arguments: pieces)
    func bounded(piece: String) {
        #expect(findings(piece, bytes: 20_000).count <= 400)
    }

    @Test("partials that render the next one twice do not double the work each time")
    func fanOut() {
        var folder = FolderCase(name: "")
        folder.files["loop.conf"] = Array(FolderCase.rules.utf8)
        for number in 0..<19 {
            let next = "{% render \"p\(number + 1)\" %}"
            folder.files["partials/p\(number).html"] = Array((next + next).utf8)
        }
        folder.files["partials/p19.html"] = Array("{{ first_name }}".utf8)
        folder.files["m.html"] = Array(
            "---\nsubject: Hi\nfrom: a@shop.example\nsend: on trigger\n---\n{% render \"p0\" %}"
                .utf8)
        #expect(folder.found.contains("partials/p19.html:1:1: warn: blank-field"))
    }

    @Test("a finding that quotes a line end stays one line")
    func oneLine() {
        var folder = FolderCase(name: "")
        folder.files["m.html"] = Array(
            "---\nsubject: Hi\nfrom: a@shop.example\nsend: on trigger\n---\n{% render \"a\nb\" %}"
                .utf8)
        let lines = FolderLint.findings(in: folder.files).map(\.summary)
        #expect(lines.contains { $0.contains("unknown partial") })
        #expect(lines.allSatisfy { !$0.contains("\n") })
    }
}
