package import Composition
internal import Core
internal import Rules
package import Store

extension CompiledMailing {
    /// A profile with the fields that this mailing reads, and no others; nil when it is gone.
    ///
    /// `columns` is what the store declares.
    package func person(
        _ profile: Int64, columns: [String: FieldColumn], in reader: ReadAccess
    ) throws(StoreError) -> StoredPerson? {
        try StoredPerson(
            profile, columns: columns.filter { fieldsUsed.contains($0.key) },
            standards: rules.standards, from: reader)
    }
}
