import Core
import Diagnostics
import Expression
import Sections

/// Reads the loop's files together: first all names, then what uses them.
///
/// All findings are collected. The rules are to be used only when none of them refuses.
package struct RulesReader {
    package internal(set) var rules: LoopRules
    package internal(set) var findings: [Finding] = []
    /// The file that is being read.
    var source = SourceText(path: "", text: "")

    private struct Located {
        var section: Section
        var source: SourceText
    }

    /// - Parameter sources: `loop.conf`, or `loop/*.conf` in the order of their names.
    package init(_ sources: [SourceText], zone: Zone = .utc) {
        rules = LoopRules(zone: zone)
        var located: [Located] = []
        var headers: Set<String> = []
        for source in sources {
            let reader = SectionReader(source, schema: .loop)
            findings += reader.findings
            self.source = source
            for section in reader.sections {
                let header = "\(section.kind) \(section.name ?? "")"
                guard headers.insert(header).inserted else {
                    refuse("duplicate-section", at: section.offset, "[\(header)] stands twice")
                    continue
                }
                located.append(Located(section: section, source: source))
            }
        }
        func each(_ kind: String, _ read: (inout Self, Section, String) -> Void) {
            for part in located where part.section.kind == kind {
                source = part.source
                read(&self, part.section, part.section.name?.nfc ?? "")
            }
        }
        each("topic") { $0.readTopic($1, $2) }
        each("field") { $0.readField($1, $2) }
        each("event") { $0.readEvent($1, $2) }
        each("form") { $0.readForm($1, $2) }
        each("survey") { $0.readSurvey($1, $2) }
        // The conditions may name each other: all names first, the conditions with their files.
        let names = located.filter { $0.section.kind == "segment" }.compactMap(\.section.name)
        vocabulary = rules.vocabulary
        vocabulary.segments = Set(names.map(\.nfc))
        each("segment") { $0.readSegment($1, $2) }
        each("segment") { $0.checkCycle($1, $2) }
        each("segment") { $0.doubtSegment($1, $2) }
        actionNames = located.filter { $0.section.kind == "action" }.compactMap { $0.section.name }
        each("action") { $0.readAction($1, $2) }
        each("trigger") { $0.readTrigger($1, $2) }
        each("sequence") { $0.readSequence($1, $2) }
        each("cap") { reader, section, _ in reader.readCap(section) }
    }

    /// Complete before any condition is read.
    var vocabulary = Vocabulary()
    var actionNames: [String] = []
    /// How much may still be reasoned about conditions.
    var stepsLeft = Proposition.stepLimit

    // MARK: Findings

    mutating func refuse(_ code: String, at offset: Int, _ message: String) {
        findings.append(Finding(code: code, in: source, at: offset, message))
    }

    mutating func warn(_ code: String, at offset: Int, _ message: String) {
        findings.append(Finding(.warn, code: code, in: source, at: offset, message))
    }

    /// Reads an entry's value; an error becomes a finding at its place.
    mutating func attempt<Value>(
        _ entry: Section.Entry?, _ read: (String) throws(ExpressionError) -> Value
    ) -> Value? {
        guard let entry else { return nil }
        do throws(ExpressionError) {
            return try read(entry.value)
        } catch {
            findings.append(error.finding(in: source, base: entry.valueOffset))
            return nil
        }
    }

    /// The entry of a key that must be there.
    mutating func required(_ key: String, in section: Section) -> Section.Entry? {
        if let entry = section[key] { return entry }
        refuse(
            "missing-key", at: section.offset,
            "[\(section.kind) \(section.name ?? "")] needs \"\(key) = …\"")
        return nil
    }

    mutating func flag(_ key: String, in section: Section) -> Bool {
        guard let entry = section[key] else { return false }
        if entry.flag == nil {
            refuse("bad-value", at: entry.valueOffset, "yes or no is expected here")
        }
        return entry.flag ?? false
    }

    /// Remembers a mailing's name and where it stands.
    mutating func note(
        mailing: String, at offset: Int, _ use: MailingReference.Use = .asked(link: nil)
    ) {
        rules.mailingReferences.append(MailingReference(mailing, in: source, at: offset, use))
    }

    mutating func noteMailings(of expression: Expression, in entry: Section.Entry, base: Int = 0) {
        rules.mailingReferences += MailingReference.asked(
            by: expression, in: source, at: entry.valueOffset + base)
    }
}
