package import Core

extension ReadAccess {
    /// The preview of a mailing; nil when there is none.
    package func preview(of mailing: String) throws(StoreError) -> PreviewRecord? {
        let found = try connection.first(
            "SELECT version, made, report FROM preview WHERE mailing = ?", [.text(mailing)]
        ) { row in
            PreviewRecord(
                mailing: mailing, version: row.text(0),
                made: Instant(milliseconds: row.integer(1)), report: row.text(2), people: [])
        }
        guard var record = found else { return nil }
        record.people = Set(
            try connection.query(
                "SELECT profile FROM preview_person WHERE mailing = ? AND erased = 0",
                [.text(mailing)]
            ) { $0.integer(0) })
        return record
    }

    /// Previews that show real people and were made before an instant, by name.
    package func previewsOfPeople(before: Instant) throws(StoreError) -> [String] {
        try connection.query(
            """
            SELECT mailing FROM preview WHERE made < ? AND EXISTS
                (SELECT 1 FROM preview_person WHERE preview_person.mailing = preview.mailing)
            ORDER BY mailing
            """, [.integer(before.milliseconds)]
        ) { $0.text(0) }
    }

    /// Previews that show somebody who was erased since, by name.
    package func previewsOfErased() throws(StoreError) -> [String] {
        try connection.query(
            "SELECT DISTINCT mailing FROM preview_person WHERE erased = 1 ORDER BY mailing"
        ) { $0.text(0) }
    }
}

extension WriteAccess {
    /// Keeps a preview in place of an earlier one of the mailing.
    package func keep(_ preview: PreviewRecord) throws(StoreError) {
        let name = SQLValue.text(preview.mailing)
        try connection.run(
            "INSERT OR REPLACE INTO preview (mailing, version, made, report) VALUES (?, ?, ?, ?)",
            [
                name, .text(preview.version), .integer(preview.made.milliseconds),
                .text(preview.report),
            ])
        try connection.run("DELETE FROM preview_person WHERE mailing = ?", [name])
        for profile in preview.people {
            // Somebody may have been erased while the preview was being made.
            try connection.run(
                """
                INSERT INTO preview_person (mailing, profile, erased)
                SELECT ?1, ?2, NOT EXISTS
                    (SELECT 1 FROM profile WHERE id = ?2 AND status <> 'erased')
                """, [name, .integer(profile)])
        }
    }

    /// Notes that the previews that show a person must be made again without her, and deletes what
    /// proofs to colleagues were made from. Part of every erasure.
    func forgetShown(_ profile: Int64) throws(StoreError) {
        try connection.run(
            "UPDATE preview_person SET erased = 1 WHERE profile = ?", [.integer(profile)])
        try connection.run(
            """
            DELETE FROM merge_row WHERE delivery IN (SELECT delivery FROM proof WHERE profile = ?)
            """, [.integer(profile)])
    }

    /// Deletes a mailing's preview.
    package func forgetPreview(of mailing: String) throws(StoreError) {
        try connection.run("DELETE FROM preview WHERE mailing = ?", [.text(mailing)])
        try connection.run("DELETE FROM preview_person WHERE mailing = ?", [.text(mailing)])
    }
}
