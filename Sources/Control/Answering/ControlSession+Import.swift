import Core
import Diagnostics
import HTTP
import JSON
import Sockets
import Store

extension ControlSession {
    func importProfiles(_ call: ControlCall) throws -> JSON {
        guard let body = call.body else {
            throw ControlError(400, "there is no file", hint: "Send the file as the body.")
        }
        var importer = Importer(
            Importer.Surroundings(
                store: store, reader: reader, rules: rules, now: host.now(),
                asciiDomain: host.asciiDomain), try Self.importOptions(call))
        do {
            while let bytes = try body.read() { try importer.append(bytes) }
        } catch is RequestBody.BrokenOff {
            let result = importer.breakOff()
            throw ControlError(
                400, "the file broke off after row \(result.rows)",
                hint: "Rows before that are in; send it again, and it goes on behind them. "
                    + "A file may have \(importLimit) octets.")
        }
        return try importer.finish().json
    }

    private static func importOptions(_ call: ControlCall) throws(ControlError) -> ImportOptions {
        var options = ImportOptions()
        if let mode = call.option("mode") { options.mode = try choice(mode, "mode") }
        if let format = call.option("format") { options.format = try choice(format, "format") }
        options.renames = try renames(call.option("map"))
        options.isDryRun = try call.flag("dry_run")
        options.fromStart = try call.flag("from_start")
        if let consent = call.option("consent") {
            let source = consent.trimmed
            guard !source.isEmpty, source.utf8.count <= 500 else {
                throw ControlError(
                    400, "consent names where the people gave theirs, in at most 500 octets",
                    hint: "As in --consent 'trade fair 2026, signed cards'")
            }
            guard options.mode != .unsubscribe, options.mode != .suppress else {
                throw ControlError(400, "\(options.mode.rawValue) needs no consent")
            }
            options.consent = source
        }
        return options
    }

    private static func choice<Choice: RawRepresentable & CaseIterable>(
        _ text: String, _ what: String
    ) throws(ControlError) -> Choice where Choice.RawValue == String {
        if let choice = Choice(rawValue: text) { return choice }
        throw ControlError(
            400, unknownName(what, text, among: Choice.allCases.map(\.rawValue)))
    }

    /// `E-Mail=email,Alter=age`: names in the file and the fields they mean; `-` leaves one out.
    private static func renames(_ text: String?) throws(ControlError) -> [String: String] {
        var renames: [String: String] = [:]
        for pair in (text ?? "").split(separator: ",") {
            guard let equals = pair.lastIndex(of: "=") else {
                throw ControlError(400, "map is COLUMN=FIELD, several separated by commas")
            }
            renames[pair[..<equals].trimmed] = pair[pair.index(after: equals)...].trimmed
        }
        return renames
    }
}
