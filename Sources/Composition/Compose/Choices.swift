import JSON

/// What was chosen for one person, once, before anything is rendered: shared by subject,
/// preheader, HTML and text, and kept with the delivery.
package struct Choices: Hashable, Sendable {
    /// A slot and the alternative that fills it; nil where an optional slot stays empty.
    package struct Slot: Hashable, Sendable {
        package var name: String
        package var alternative: String?

        package init(name: String, alternative: String?) {
            self.name = name
            self.alternative = alternative
        }
    }

    /// In document order.
    package var slots: [Slot] = []
    /// For each `{% blocks %}` in document order the names of the blocks shown, best first.
    package var blocks: [[String]] = []

    package init() {}

    package subscript(slot name: String) -> String? {
        slots.first { $0.name == name }?.alternative
    }

    /// `hero=travellers,blocks=cars+travel`; several `blocks` are numbered from the second on, and
    /// what stayed empty has nothing after its `=`. Empty for a mailing without choices.
    package var text: String {
        pairs.map { "\($0.offer)=\($0.name)" }.joined(separator: ",")
    }

    /// What was offered and what of it was chosen, as `text` has them.
    package var pairs: [(offer: String, name: String)] {
        slots.map { ($0.name, $0.alternative ?? "") }
            + blocks.enumerated().map { index, names in
                ("blocks\(index == 0 ? "" : "\(index + 1)")", names.joined(separator: "+"))
            }
    }

    /// Characters that names of slots, alternatives and blocks may not hold, so that `text` can be
    /// read again.
    static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 100
            && text.unicodeScalars.allSatisfy {
                $0.value >= 0x20 && $0.value != 0x7F && $0 != "," && $0 != "=" && $0 != "+"
            }
    }

    /// Appends it as JSON.
    func write(to out: inout [UInt8]) {
        out += "{\"slots\":".utf8
        MergeRow.write(slots, to: &out) { slot, out in
            MergeRow.write(slot.name, to: &out)
            if let chosen = slot.alternative {
                JSON.write(chosen, to: &out)
            } else {
                out += "null".utf8
            }
        }
        out += ",\"blocks\":".utf8
        JSON.array(blocks.map { .array($0.map(JSON.string)) }).write(to: &out)
        out.append(UInt8(ascii: "}"))
    }

    init(json: JSON?) {
        slots = (json?["slots"]?.object?.members ?? []).map {
            Slot(name: $0.name, alternative: $0.value.string)
        }
        blocks = (json?["blocks"]?.array ?? []).map { ($0.array ?? []).compactMap(\.string) }
    }
}
