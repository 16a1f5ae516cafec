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
        try person(profile, selection(of: columns), in: reader)
    }

    /// The fields that this mailing reads, of those that the store declares: made once for many.
    package func selection(of columns: [String: FieldColumn]) -> FieldSelection {
        FieldSelection(
            columns.filter { fieldsUsed.contains($0.key) },
            standards: rules.standards.filter { fieldsUsed.contains($0.key) },
            // Few mailings ask for tags or topics, and two statements a person are dear.
            readsLists: false)
    }

    /// A profile with selected fields; nil when it is gone.
    package func person(
        _ profile: Int64, _ fields: FieldSelection, in reader: ReadAccess
    ) throws(StoreError) -> StoredPerson? {
        try StoredPerson(profile, fields, from: reader)
    }
}
