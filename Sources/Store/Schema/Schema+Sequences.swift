extension Schema {
    static let sequences = """
        -- Where a person is in a sequence: one row a person and sequence, kept when she is through,
        -- so that she does not enter twice. `step`: the number of the step to come, from 1. `state`:
        -- 0 inside, 1 finished, 2 left by the exit condition, 3 taken out, 4 failed. `due`: when
        -- that is, as `loop_due` has it too. `round`: how often she entered. `event`: what brought
        -- her in.
        CREATE TABLE sequence_place (
            profile INTEGER NOT NULL,
            sequence TEXT NOT NULL,
            state INTEGER NOT NULL DEFAULT 0,
            step INTEGER NOT NULL DEFAULT 1,
            due INTEGER NOT NULL,
            round INTEGER NOT NULL DEFAULT 1,
            entered INTEGER NOT NULL,
            changed INTEGER NOT NULL,
            event INTEGER,
            PRIMARY KEY (profile, sequence)
        ) WITHOUT ROWID;
        -- Covers the counts of `maildctl sequence show`.
        CREATE INDEX sequence_step ON sequence_place (sequence, state, step);
        -- Whatever erases a person or removes the profile: nothing goes on for her.
        CREATE TRIGGER sequence_erased AFTER UPDATE OF status ON profile WHEN new.status = 'erased'
            BEGIN DELETE FROM sequence_place WHERE profile = new.id; END;
        CREATE TRIGGER sequence_deleted AFTER DELETE ON profile
            BEGIN DELETE FROM sequence_place WHERE profile = old.id; END;
        """
}
