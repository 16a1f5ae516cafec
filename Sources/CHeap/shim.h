#pragma once
// What the Glibc module lacks of the heap. Declared here, since <malloc.h> brings along what belongs
// to that module.
extern int mallopt(int parameter, int value);
static const int maild_trim_threshold = -1, maild_mmap_threshold = -3;
