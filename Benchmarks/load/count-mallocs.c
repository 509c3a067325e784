// Preloaded into a program, writes how often it has asked for memory: LD_PRELOAD=… COUNT_MALLOCS=FILE PROGRAM
//
// Each call counts once, that of realloc too: what it is given may move.
#define _GNU_SOURCE
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static atomic_ulong count;

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static void add(void) { atomic_fetch_add_explicit(&count, 1, memory_order_relaxed); }

void *malloc(size_t size) {
    add();
    return __libc_malloc(size);
}

void *calloc(size_t members, size_t size) {
    add();
    return __libc_calloc(members, size);
}

void *realloc(void *old, size_t size) {
    add();
    return __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    add();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
    add();
    *result = __libc_memalign(alignment, size);
    return *result ? 0 : 12;  // ENOMEM
}

__attribute__((destructor)) static void report(void) {
    const char *path = getenv("COUNT_MALLOCS");
    unsigned long total = atomic_load(&count);
    FILE *file = path ? fopen(path, "w") : NULL;
    if (file) fprintf(file, "%lu\n", total);
}
