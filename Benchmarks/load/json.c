// Go's JSON-RPC 1.0: {"method":"Arith.Multiply","params":[{"A":7,"B":8}],"id":0} and {"id":0,"result":56,"error":null}
#include "protocol.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Foundation writes members in an order of its own, the same for all records of one process.
static char *other_order;

static char *text_of_batch(size_t items, const char *record, size_t *length) {
    char *text = malloc(items * 64 + 16), *p = text;
    for (size_t i = 0; i < items; i++) {
        *p++ = i ? ',' : '[';
        p += sprintf(p, record, i);
    }
    *p++ = ']';
    *length = (size_t)(p - text);
    return text;
}

static void make_batch(size_t items) {
    batch = text_of_batch(items, "{\"A\":%1$zu,\"B\":\"item %1$06zu\"}", &batch_len);
    other_order = text_of_batch(items, "{\"B\":\"item %1$06zu\",\"A\":%1$zu}", &batch_len);
}

static size_t write_request(char *out, uint64_t id, int is_first) {
    (void)is_first;
    char *p = out;
    if (batch) {
        p += sprintf(p, "{\"method\":\"Echo.Batch\",\"params\":[");
        memcpy(p, batch, batch_len);
        p += batch_len;
    } else {
        p += sprintf(p, "{\"method\":\"Arith.Multiply\",\"params\":[{\"A\":%llu,\"B\":%d}",
                     (unsigned long long)factor(id), OTHER_FACTOR);
    }
    p += sprintf(p, "],\"id\":%llu}\n", (unsigned long long)id);
    return (size_t)(p - out);
}

static const char *after(const char *p, const char *text, const char *line, size_t length) {
    size_t n = strlen(text);
    if (p + n > line + length || memcmp(p, text, n)) die("unexpected answer", line, length);
    return p + n;
}

static size_t read_answer(const char *in, size_t length, size_t *scanned, uint64_t *id) {
    const char *newline = memchr(in + *scanned, '\n', length - *scanned);
    if (!newline) {
        *scanned = length;
        return 0;
    }
    size_t size = (size_t)(newline - in);
    char *p = (char *)after(in, "{\"id\":", in, size);
    *id = strtoull(p, &p, 10);
    const char *result = after(p, ",\"result\":", in, size);
    if (batch) {
        if (result + batch_len > newline) die("a short batch", in, size);
        if (memcmp(result, batch, batch_len) && memcmp(result, other_order, batch_len))
            die("another batch", result, batch_len);
        p = (char *)result + batch_len;
    } else if (strtoull(result, &p, 10) != factor(*id) * OTHER_FACTOR) {
        die("a wrong product", in, size);
    }
    after(p, ",\"error\":null}", in, size);
    return size + 1;
}

const protocol json_protocol = {make_batch, write_request, read_answer};
