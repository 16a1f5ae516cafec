import Composition
import Configuration
import Core
import Diagnostics
import Folder
import JSON

extension Command {
    static let folderCommands: [Command] = [
        Command(
            words: ["lint"], arguments: ["FOLDER"], isLastOptional: true,
            options: [
                Option(
                    "--config", value: "FILE",
                    "judge by the grants of this file (\(Configuration.standardPath))")
            ],
            summary: "judge all templates of a folder as if they were dropped now",
            detail: """
                Needs no running daemon and changes nothing. Without FOLDER it looks at the folder of
                the configuration. Each finding shows its line; a refusal keeps the file from being
                activated, a warning does not. Exit status 1 when anything is refused.
                """
        ) { run throws(CommandFailure) in try lint(run) }
    ]

    private static func lint(_ run: CommandRun) throws(CommandFailure) -> ExitCode {
        let configuration = try configuration(run)
        let root =
            run.arguments.first ?? configuration?.templates ?? Configuration.standardTemplates
        let zone = configuration.flatMap { SystemZones.zone(named: $0.zoneName) }
        let judgement = TemplateFolder(root: root).lint(
            grants: configuration?.templateGrants ?? .notJudged, zone: zone ?? .utc,
            zones: { SystemZones.zone(named: $0) })
        guard let judgement else {
            throw CommandFailure(
                .failed, "cannot read the folder \(root)",
                hint: "Name another: maildctl lint FOLDER")
        }
        if run.wantsJSON {
            run.print(JSON.array(judgement.findings.map { $0.json }).text)
        } else {
            for finding in judgement.findings {
                run.print(Shown.safe(lines: finding.report) + "\n")
            }
            run.print(summary(judgement, in: root, areGrantsJudged: configuration != nil))
        }
        return judgement.refusals > 0 ? .failed : .done
    }

    /// The file that was asked for, or the usual one if it is there and may be read.
    private static func configuration(
        _ run: CommandRun
    ) throws(CommandFailure) -> Configuration? {
        let path = run.options["--config"]
        do throws(ConfigurationError) {
            return try Configuration.load(
                path ?? Configuration.standardPath, for: .judgingTemplates)
        } catch {
            if path == nil, case .unreadable = error { return nil }
            throw CommandFailure(.failed, "\(error)")
        }
    }

    private static func summary(
        _ judgement: TemplateFolder.Judgement, in root: String, areGrantsJudged: Bool
    ) -> String {
        func count(_ number: Int, _ word: String) -> String {
            "\(number) \(word)\(number == 1 ? "" : "s")"
        }
        let files = "\(root): " + count(judgement.files, "file")
        let note =
            areGrantsJudged
            ? "" : " From domains and link hosts are not judged without a configuration."
        guard !judgement.findings.isEmpty else {
            return files + ", nothing to complain about." + note
        }
        return files + ", " + count(judgement.refusals, "refusal") + ", "
            + count(judgement.warnings, "warning") + "." + note
    }
}

extension Finding {
    fileprivate var json: JSON {
        [
            "path": .string(path), "line": .integer(Int64(position.line)),
            "column": .integer(Int64(position.column)), "severity": .string(severity.rawValue),
            "code": .string(code), "message": .string(message),
        ]
    }
}
