#pragma once
#include <sqlite3.h>

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
