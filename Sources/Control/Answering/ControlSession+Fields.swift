import Core
import Diagnostics
import HTTP
import JSON
import Rules
import Store

/// Fields: those of loop.conf, and those that were added by command beside them.
///
/// A field that both declare is loop.conf's; the command's declaration is kept and holds again when
/// loop.conf drops it. The type of a field never changes.
extension ControlSession {
    func fields(_ call: ControlCall) throws -> JSON {
        let added = try Set(reader.addedFields().map(\.name))
        let columns = try reader.fieldColumns()
        let names = Set(rules.fields.keys).union(columns.keys).sorted()
        return .array(
            names.map { json($0, rules.fields[$0], columns[$0], isAdded: added.contains($0)) })
    }

    func field(_ call: ControlCall) throws -> JSON {
        let columns = try reader.fieldColumns()
        guard rules.fields[call.name] != nil || columns[call.name] != nil else {
            throw ControlError(
                404, Self.unknown("field", call.name, among: rules.fields.keys.sorted()))
        }
        let section = try reader.addedFields().first { $0.name == call.name }?.section
        var object =
            json(call.name, rules.fields[call.name], columns[call.name], isAdded: section != nil)
            .object ?? JSON.Object()
        if let column = columns[call.name] {
            object["filled"] = .count(try reader.filled(column))
        }
        object["section"] = .optional(section)
        return .object(object)
    }

    private func json(
        _ name: String, _ rule: FieldRule?, _ column: FieldColumn?, isAdded: Bool
    ) -> JSON {
        var source = "loop.conf"
        // What loop.conf says is in force; a column without a rule was dropped from it.
        if rule == nil { source = "none" } else if isAdded, !inFolder(name) { source = "command" }
        return [
            "name": .string(name),
            "type": .string(rule?.type.rawValue ?? column?.type.rawValue ?? ""),
            "values": .array((rule?.values ?? []).map(JSON.string)),
            "half_life": .optional(rule?.halfLife?.description),
            "cap": rule?.cap.map { FieldValue.number($0).json } ?? .null,
            "required": .bool(rule?.isRequired ?? false),
            "default": rule?.standard.json ?? .null,
            "history": .bool(rule?.keepsHistory ?? false), "declared_by": .string(source),
        ]
    }

    /// Whether the folder's rules declare the field themselves.
    private func inFolder(_ name: String) -> Bool {
        let files = (try? reader.rulesFiles()) ?? [:]
        let own = files.filter { $0.key != LoopRules.addedFieldsPath }
            .map { SourceText(path: $0.key, text: $0.value) }
        return RulesReader(own, zone: rules.zone).rules.fields[name] != nil
    }

    /// Adds a field, or changes one that was added by command.
    func addField(_ call: ControlCall) throws -> JSON {
        let section = try Self.section(call)
        let read = RulesReader(
            [SourceText(path: LoopRules.addedFieldsPath, text: section)], zone: rules.zone)
        if let finding = read.findings.first(where: { $0.severity == .refuse }) {
            throw ControlError(422, finding.message)
        }
        guard let rule = read.rules.fields[call.name] else {
            throw ControlError(422, "\(call.name) cannot be the name of a field")
        }
        if let old = try reader.fieldColumns()[call.name], old.type != rule.type {
            throw ControlError(
                409,
                "\(call.name) is a \(old.type.rawValue) and cannot become a \(rule.type.rawValue)",
                hint: "What is stored would lose its meaning, and conditions theirs: add a field "
                    + "of another name, and import into it.")
        }
        if inFolder(call.name) {
            throw ControlError(
                409, "loop.conf declares \(call.name)",
                hint: "Change it there: the folder's word counts.")
        }
        let now = host.now()
        let column = FieldColumn(
            name: rule.name, type: rule.type, halfLife: rule.halfLife, cap: rule.cap,
            keepsHistory: rule.keepsHistory)
        try write { try $0.add(field: column, section: section, at: now) }
        rulesInForce.add(rule)
        host.fieldsChanged()
        return json(call.name, rule, column, isAdded: true)
    }

    /// The command's options as a section of loop.conf, whose reader judges them.
    private static func section(_ call: ControlCall) throws(ControlError) -> String {
        var lines = ["[field \(call.name)]"]
        let keys = ["type", "values", "half-life", "cap", "required", "default", "history"]
        for key in keys {
            guard var value = call.option(key.replacing("-", with: "_")) else { continue }
            if key == "required" || key == "history" {
                value = try call.flag(key) ? "yes" : "no"
            }
            lines.append("\(key) = \(value)")
        }
        let isClean = lines.allSatisfy { line in
            line.utf8.count <= 4000
                && line.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        }
        guard isClean, !call.name.contains("]") else {
            throw ControlError(400, "a control character, or more than 4,000 octets")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
