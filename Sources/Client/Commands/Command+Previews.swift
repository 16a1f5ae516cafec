internal import Glibc
import HTTP
import JSON
import Threads

extension Command {
    static let previewCommands: [Command] = [
        Command(
            words: ["preview"], arguments: ["NAME"],
            options: [
                Option("--profile", value: "ADDRESS", "as this person would get it"),
                Option("--segment", value: "SEGMENT", "as people of this segment would"),
                Option("--limit", value: "N", "how many of them (5, at most 20)"),
                Option(
                    "--as-if", value: "FIELD=VALUE",
                    "as if this field were so; may be given several times"),
                Option(
                    "--output", value: "PATH",
                    "write the message: FILE.html, FILE.eml, or both into a folder"),
            ],
            summary: "what a mailing would say to somebody; nothing is sent",
            detail: "The version in force is shown. With --as-if alone: somebody of whom nothing "
                + "else is known."
        ) { run throws(CommandFailure) in try preview(run) },
        Command(
            words: ["test"], arguments: ["NAME"],
            options: [
                Option("--to", value: "ADDRESS", "who gets it; its domain is in proof-domains"),
                Option("--profile", value: "ADDRESS", "the person whose message it is"),
            ],
            summary: "send what a person would get to somebody else",
            detail: "Its links work, and what is done with them changes nobody's profile and no "
                + "figures."
        ) { run throws(CommandFailure) in
            let path = "/v1/mailings/" + CommandRun.part(run.arguments[0]) + "/test"
            return try run.show(.post, path + run.query("to", "profile")) { json in
                [
                    "On its way to \(Shown.value(json["to"])), delivery \(Shown.value(json["delivery"]))"
                ]
            }
        },
    ]

    private static func preview(_ run: CommandRun) throws(CommandFailure) -> ExitCode {
        var more = run.values("--as-if").map { ("as_if", $0) }
        if run.has("--output") { more.append(("whole", "true")) }
        let query = run.query("profile", "segment", "limit", adding: more)
        let path = "/v1/mailings/" + CommandRun.part(run.arguments[0]) + "/preview"
        let json = try run.ask(.get, path + query)
        let scenes = json.array ?? []
        if let output = run.options["--output"] {
            try write(scenes, named: run.arguments[0], to: output, run)
        } else if run.wantsJSON {
            run.print(json.text)
        } else if scenes.isEmpty {
            run.print("Nobody is in this segment.")
        } else {
            for (number, scene) in scenes.enumerated() {
                if number > 0 { run.print("") }
                for line in lines(of: scene) { run.print(line) }
            }
        }
        return .done
    }

    private static func lines(of scene: JSON) -> [String] {
        let pairs = [
            ("person", Shown.value(scene["person"])), ("subject", Shown.value(scene["subject"])),
            ("preheader", Shown.value(scene["preheader"])),
            ("choices", Shown.value(scene["choices"])), ("bytes", Shown.value(scene["bytes"])),
            (
                scene["outcome"] == "held" ? "cannot be made" : "gets nothing",
                Shown.value(scene["reason"])
            ),
        ]
        let text = scene["text"]?.string ?? ""
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return TextTable.pairs(pairs)
            + (text.isEmpty ? [] : [""] + lines.map { Shown.safe(String($0)) })
    }

    /// One file by its ending, or both into a folder.
    private static func write(
        _ scenes: [JSON], named name: String, to output: String, _ run: CommandRun
    ) throws(CommandFailure) {
        let ending = [".html", ".eml"].first { output.hasSuffix($0) }
        if ending == nil, mkdir(output, 0o750) != 0, errno != EEXIST {
            throw CommandFailure(.failed, "cannot make \(output): \(reason)")
        }
        for (number, scene) in scenes.enumerated() {
            guard let html = scene["html"]?.string, let eml = scene["eml"]?.string else {
                run.output.err("\(Shown.value(scene["person"])): \(Shown.value(scene["reason"]))\n")
                continue
            }
            let suffix = scenes.count > 1 ? "-\(number + 1)" : ""
            switch ending {
            case nil:
                try write(html, to: "\(output)/\(name)\(suffix).html", run)
                try write(eml, to: "\(output)/\(name)\(suffix).eml", run)
            case let ending?:
                let path = output.dropLast(ending.count) + suffix + ending
                try write(ending == ".html" ? html : eml, to: String(path), run)
            }
        }
    }

    private static func write(
        _ text: String, to path: String, _ run: CommandRun
    ) throws(CommandFailure) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard file >= 0 else { throw CommandFailure(.failed, "cannot write \(path): \(reason)") }
        let isWritten = Descriptor.write(Array(text.utf8), to: file)
        guard close(file) == 0, isWritten else {
            throw CommandFailure(.failed, "cannot write \(path): \(reason)")
        }
        run.print(path)
    }

    private static var reason: String { String(cString: strerror(errno)) }
}
