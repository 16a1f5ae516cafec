/// How soon a mailing's messages have their turn among those of others.
package enum Priority: String, Sendable, CaseIterable {
    case low, normal, high
}
