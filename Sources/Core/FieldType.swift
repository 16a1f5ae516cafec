/// What a profile's field may hold.
package enum FieldType: String, Sendable, CaseIterable {
    case text, number, flag, date, choice, score
}
