internal import Composition
internal import Configuration
internal import Core
internal import Diagnostics
internal import Folder

/// `lint FOLDER [--config FILE]`: one finding a line, `path:line:column: refuse|warn: code: text`.
///
/// Exit status 1 when anything is refused, 0 with warnings only, 2 when the folder or the
/// configuration cannot be read. Without a configuration, grants are not judged.
@Sendable
func runLintCommand(_ arguments: [String]) -> Int32 {
    let usage = "usage: maild-bench lint FOLDER [--config FILE]\n"
    guard let folder = arguments.first, !folder.hasPrefix("--") else {
        Terminal.complain(usage)
        return 2
    }
    var grants = Grants.notJudged
    var zone = Zone.utc
    do {
        let options = try Options(Array(arguments.dropFirst()), known: ["config"])
        if let path = options["config"] {
            let configuration = try Configuration.load(path, for: .judgingTemplates)
            grants = configuration.templateGrants
            zone = SystemZones.zone(named: configuration.zoneName) ?? .utc
        }
    } catch {
        Terminal.complain("maild-bench lint: \(error)\n\(usage)")
        return 2
    }
    let judgement = TemplateFolder(root: folder)
        .lint(grants: grants, zone: zone, zones: { SystemZones.zone(named: $0) })
    guard let judgement else {
        Terminal.complain("maild-bench lint: cannot read the folder \(folder)\n")
        return 2
    }
    let lines = judgement.findings.map { $0.summary + "\n" }.joined()
    Terminal.write(Array(lines.utf8))
    return judgement.refusals > 0 ? 1 : 0
}
