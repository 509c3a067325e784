// The limit: what libjansson alone needs for the bodies of bench-coders, and prints the same lines: for all works, or for
// the one that is named. Decoding is parsing and releasing; encoding is building the tree with the calls that the engine
// makes, writing it into a buffer that is there, and releasing.
//
//   jansson [WORK]
#define _GNU_SOURCE
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
    int records; // 0: a small body, {"A":123,"B":8}
    char *bytes;
    size_t length, capacity;
} body;

static void check(int holds) {
    if (holds) return;
    fputs("jansson: failed\n", stderr);
    exit(1);
}

static void set(json_t *object, const char *name, json_t *value) {
    check(json_object_setn_new_nocheck(object, name, 1, value) == 0);
}

static json_t *small(void) {
    json_t *object = json_object();
    set(object, "A", json_integer(123));
    set(object, "B", json_integer(8));
    return object;
}

static json_t *item(int number) {
    char text[32];
    int length = snprintf(text, sizeof text, "item %06d", number);
    json_t *object = json_object();
    set(object, "A", json_integer(number));
    set(object, "B", json_stringn_nocheck(text, (size_t)length));
    return object;
}

static json_t *tree(int records) {
    if (!records) return small();
    json_t *array = json_array();
    for (int i = 0; i < records; i++) check(json_array_append_new(array, item(i)) == 0);
    return array;
}

static void encode(body *body) {
    json_t *json = tree(body->records);
    body->length = json_dumpb(json, body->bytes, body->capacity, JSON_COMPACT | JSON_ENCODE_ANY);
    check(body->length && body->length <= body->capacity);
    json_decref(json);
}

static void decode(body *body) {
    json_error_t error;
    json_t *json = json_loadb(body->bytes, body->length, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    check(json != NULL);
    json_decref(json);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e9 + time.tv_nsec;
}

// Prints the nanoseconds that one operation takes, in the best of five batches of at least 10 ms.
static void measure(const char *only, const char *verb, const char *size, void (*operation)(body *), body *body) {
    char name[32];
    snprintf(name, sizeof name, "%s-%s", verb, size);
    if (only && strcmp(only, name)) return;
    double best = 0;
    for (int operations = 1, rest = 5; rest;) {
        double start = now();
        for (int i = 0; i < operations; i++) operation(body);
        double took = now() - start;
        if (took < 10e6) {
            operations *= 2;
            continue;
        }
        if (!best || took / operations < best) best = took / operations;
        rest--;
    }
    printf("%s %zu %.1f\n", name, body->length, best);
}

static void both(const char *only, const char *size, int records) {
    body body = {.records = records, .capacity = (size_t)records * 40 + 64};
    body.bytes = malloc(body.capacity);
    encode(&body);
    measure(only, "decode", size, decode, &body);
    measure(only, "encode", size, encode, &body);
    free(body.bytes);
}

int main(int count, char **arguments) {
    const char *only = count > 1 ? arguments[1] : NULL;
    both(only, "small", 0);
    both(only, "8K", 280);
    both(only, "1M", 33000);
}
