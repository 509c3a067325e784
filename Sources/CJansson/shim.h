#ifndef RPCKIT_CJANSSON_SHIM_H
#define RPCKIT_CJANSSON_SHIM_H

#include <jansson.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#if defined(__APPLE__)
#include <xlocale.h>
#endif

#if JANSSON_VERSION_HEX < 0x020d00
#error "RPCKit needs libjansson 2.13 or later"
#endif

// LC_ALL_MASK is a macro that Swift cannot import.
static inline locale_t rpckit_new_c_locale(void) {
    return newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

// json_decref is inline and frees at zero; Swift imports it under its own name only
// where the header declares it so. This spelling is the same in every version.
static inline void rpckit_json_decref(json_t *json) { json_decref(json); }

// As above, for the reference that a second owner holds.
static inline json_t *rpckit_json_incref(json_t *json) { return json_incref(json); }

// json_typeof is a macro that Swift cannot import.
static inline json_type rpckit_json_typeof(const json_t *json) { return json_typeof(json); }

// json_error_t is 252 bytes, which Swift would clear for every document; only the position is wanted.
static inline json_t *rpckit_json_loadb(const char *bytes, size_t count, int *position) {
    json_error_t error;
    json_t *json = json_loadb(bytes, count, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    *position = json ? 0 : error.position;
    return json;
}

// The functions that take a key's length came with 2.14; with 2.13 a key must be copied to end in NUL,
// and one that contains NUL is in no object.
#if JANSSON_VERSION_HEX >= 0x020e00
static inline json_t *rpckit_json_object_getn(const json_t *object, const char *key, size_t count) {
    return json_object_getn(object, key, count);
}

static inline int rpckit_json_object_setn_new(json_t *object, const char *key, size_t count,
                                              json_t *value) {
    return json_object_setn_new_nocheck(object, key, count, value);
}

static inline size_t rpckit_json_iter_key_len(void *iter) { return json_object_iter_key_len(iter); }
#else
static inline char *rpckit_copy_key(const char *key, size_t count) {
    char *copy = count > 0 && memchr(key, 0, count) ? NULL : (char *)malloc(count + 1);
    if (copy && count > 0)
        memcpy(copy, key, count);
    if (copy)
        copy[count] = 0;
    return copy;
}

static inline json_t *rpckit_json_object_getn(const json_t *object, const char *key, size_t count) {
    char *copy = rpckit_copy_key(key, count);
    json_t *value = copy ? json_object_get(object, copy) : NULL;
    free(copy);
    return value;
}

static inline int rpckit_json_object_setn_new(json_t *object, const char *key, size_t count,
                                              json_t *value) {
    char *copy = rpckit_copy_key(key, count);
    int result = -1;
    if (copy)
        result = json_object_set_new_nocheck(object, copy, value);
    else
        json_decref(value);
    free(copy);
    return result;
}

static inline size_t rpckit_json_iter_key_len(void *iter) {
    return strlen(json_object_iter_key(iter));
}
#endif

// memcmp takes no null pointer, which an empty key may have.
static inline int rpckit_json_iter_has_key(void *iter, const char *key, size_t count) {
    return rpckit_json_iter_key_len(iter) == count &&
           (count == 0 || memcmp(json_object_iter_key(iter), key, count) == 0);
}

#endif
