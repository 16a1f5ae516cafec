#pragma once
#include <sqlite3.h>
#include <sys/types.h>

// SQLITE_TRANSIENT is a cast that Swift cannot import.
static inline sqlite3_destructor_type maild_sqlite_transient(void) { return SQLITE_TRANSIENT; }

// Variadic in C, so Swift cannot call it.
static inline int maild_sqlite_defensive(sqlite3 *db, int on) {
    return sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, on, (int *)0);
}

// Variadic too. Without the statistics an allocation takes no lock; call it before the first use.
static inline int maild_sqlite_without_statistics(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

// Declared by <fcntl.h> only for _GNU_SOURCE.
extern int sync_file_range(int descriptor, off_t offset, off_t length, unsigned flags);

// Hands the disk what is to be written of a file (SYNC_FILE_RANGE_WRITE) and does not wait for it. It
// is a hint: nothing is durable by it.
static inline void maild_begin_writing(int descriptor) {
    (void)sync_file_range(descriptor, 0, 0, 2);
}
