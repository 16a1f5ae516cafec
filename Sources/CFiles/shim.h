#pragma once
// What the Glibc module lacks of files: header-only.
#include <sys/types.h>

// Declared by <fcntl.h> only for _GNU_SOURCE.
extern int fallocate(int descriptor, int mode, off_t offset, off_t length);

// FALLOC_FL_KEEP_SIZE of <linux/falloc.h>: room behind the end of the file, which stays where it is.
static inline int maild_reserve(int descriptor, off_t offset, off_t length) {
    return fallocate(descriptor, 1, offset, length);
}
