#ifndef RPCKIT_CJANSSON_SHIM_H
#define RPCKIT_CJANSSON_SHIM_H

#include <jansson.h>
#include <locale.h>
#if defined(__APPLE__)
#include <xlocale.h>
#endif

// LC_ALL_MASK is a macro that Swift cannot import.
static inline locale_t rpckit_new_c_locale(void) {
    return newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

// json_decref is inline and frees at zero; Swift imports it under its own name only
// where the header declares it so. This spelling is the same in every version.
static inline void rpckit_json_decref(json_t *json) { json_decref(json); }

#endif
