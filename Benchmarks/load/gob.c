// Go's own wire format, as net/rpc's default codec speaks it: each message is a length and a value; the first one of a
// type is preceded by a message that describes the type. What describes them here is what Go 1.19 sends.
#include "protocol.h"
#include <stdlib.h>
#include <string.h>

#define REQUEST_TYPE \
    "/\xff\x81\x03\x01\x01\x07Request\x01\xff\x82\x00\x01\x02\x01\rServiceMethod\x01\x0c\x00\x01\x03" \
    "Seq\x01\x06\x00\x00\x00"
#define ARGS_TYPE \
    "\x1e\xff\x83\x03\x01\x01\x04" "Args\x01\xff\x84\x00\x01\x02\x01\x01" "A\x01\x04\x00\x01\x01" \
    "B\x01\x04\x00\x00\x00"
#define ITEMS_TYPE "\r\xff\x87\x02\x01\x02\xff\x88\x00\x01\xff\x86\x00\x00"
#define ITEM_TYPE \
    "\x1e\xff\x85\x03\x01\x01\x04Item\x01\xff\x86\x00\x01\x02\x01\x01" "A\x01\x04\x00\x01\x01" "B\x01\x0c\x00\x00\x00"

// Appends text whose length is known when it is compiled, without its final zero.
#define PUT(p, text) (memcpy(p, text, sizeof(text) - 1), (p) + sizeof(text) - 1)

// An unsigned number: below 128 one byte, otherwise its count of bytes, negated, and the bytes, highest first.
static char *put_number(char *p, uint64_t n) {
    if (n < 128) {
        *p++ = (char)n;
        return p;
    }
    int count = 8 - __builtin_clzll(n) / 8;
    *p++ = (char)-count;
    while (count-- > 0) *p++ = (char)(n >> (8 * count));
    return p;
}

static const char *get_number(const char *p, const char *end, uint64_t *n) {
    if (p >= end) return NULL;
    int count = *p < 0 ? -*p : 0;
    *n = count ? 0 : (uint64_t)*p;
    p++;
    if (p + count > end) return NULL;
    while (count-- > 0) *n = *n << 8 | (unsigned char)*p++;
    return p;
}

// Puts the length of what follows `start` in front of it, and returns the end.
static char *put_length(char *start, char *end) {
    char number[9];
    size_t size = (size_t)(put_number(number, (uint64_t)(end - start)) - number);
    memmove(start + size, start, (size_t)(end - start));
    memcpy(start, number, size);
    return end + size;
}

// A field that is zero is left out; its number is counted from the one before it.
static char *put_record(char *p, uint64_t a) {
    if (a) {
        *p++ = 1;
        p = put_number(p, a << 1);
    }
    *p++ = a ? 1 : 2;
    return p;
}

// The count and the records at the end of `batch`, which an answer must have too.
static size_t records_len;

static void make_batch(size_t items) {
    char *p = batch = malloc(items * 64 + 64), *records = PUT(p, "\xff\x88\x00");
    p = put_number(records, items);
    for (size_t i = 0; i < items; i++) {
        p = PUT(put_record(p, i), "\x0bitem ");
        size_t n = i;
        for (int digit = 5; digit >= 0; digit--, n /= 10) p[digit] = (char)('0' + n % 10);
        p[6] = 0;
        p += 7;
    }
    records_len = (size_t)(p - records);
    batch_len = (size_t)(put_length(batch, p) - batch);
}

static char *put_header(char *p, const char *method, uint64_t id) {
    char *start = p;
    p = PUT(p, "\xff\x82\x01");
    *p++ = (char)strlen(method);
    memcpy(p, method, strlen(method));
    p += strlen(method);
    if (id) p = put_number(PUT(p, "\x01"), id);
    *p++ = 0;
    return put_length(start, p);
}

static size_t write_request(char *out, uint64_t id, int is_first) {
    char *p = out;
    if (is_first) p = PUT(p, REQUEST_TYPE);
    p = put_header(p, batch ? "Echo.Batch" : "Arith.Multiply", id);
    if (batch) {
        if (is_first) p = PUT(PUT(p, ITEMS_TYPE), ITEM_TYPE);
        memcpy(p, batch, batch_len);
        return (size_t)(p + batch_len - out);
    }
    if (is_first) p = PUT(p, ARGS_TYPE);
    char *start = p;
    p = put_record(PUT(p, "\xff\x84"), factor(id));
    p = put_number(p, OTHER_FACTOR << 1);
    *p++ = 0;
    return (size_t)(put_length(start, p) - out);
}

// Finds the next message that is a value, and passes over those that describe types. NULL where more bytes are needed.
static const char *next_value(const char *p, const char *end, const char **value_end) {
    for (;;) {
        uint64_t length, type;
        const char *start = get_number(p, end, &length);
        if (!start || (uint64_t)(end - start) < length) return NULL;
        p = start + length;
        const char *value = get_number(start, p, &type);
        if (!value) die("an empty message", start, length);
        if (type & 1) continue;  // a negative number describes a type
        *value_end = p;
        return value;
    }
}

static const char *expect(const char *p, char byte, const char *end) {
    if (p >= end || *p != byte) die("unexpected answer", p, (size_t)(end - p));
    return p + 1;
}

static size_t read_answer(const char *in, size_t length, size_t *scanned, uint64_t *id) {
    (void)scanned;
    const char *header_end, *end;
    const char *header = next_value(in, in + length, &header_end);
    if (!header) return 0;
    const char *value = next_value(header_end, in + length, &end);
    if (!value) return 0;

    uint64_t name_length = 0;
    const char *p = get_number(expect(header, 1, header_end), header_end, &name_length);
    if (!p || name_length > (uint64_t)(header_end - p)) die("unexpected answer", header, (size_t)(header_end - header));
    p += name_length;
    *id = 0;
    if (p < header_end && *p == 1) p = get_number(p + 1, header_end, id);
    if (p) expect(p, 0, header_end);  // anything else is an error's text

    value = expect(value, 0, end);
    if (batch) {
        size_t size = (size_t)(end - value);
        if (size != records_len || memcmp(value, batch + batch_len - size, size)) die("another batch", value, size);
    } else {
        uint64_t product = 0;
        get_number(value, end, &product);
        if (product != (factor(*id) * OTHER_FACTOR) << 1) die("a wrong product", value, (size_t)(end - value));
    }
    return (size_t)(end - in);
}

const protocol gob_protocol = {make_batch, write_request, read_answer};
