// What loadgen asks for, in one wire format. Both formats ask for the same work:
//
//   Arith.Multiply  the product of two numbers that depend on the request's id
//   Echo.Batch      a batch of records, which must come back as it was sent
#include <stddef.h>
#include <stdint.h>

typedef struct {
    // Makes the argument of Echo.Batch: this many records of about 30 bytes.
    void (*make_batch)(size_t items);

    // Writes the request with this id. There is room for the batch and 512 bytes. Returns how many were written.
    size_t (*write_request)(char *out, uint64_t id, int is_first);

    // Finds the first whole answer, checks it, and gives its id. `scanned` is the reader's own; it is 0 for each new
    // answer. Returns the answer's length, or 0 where more bytes are needed.
    size_t (*read_answer)(const char *in, size_t length, size_t *scanned, uint64_t *id);
} protocol;

extern const protocol json_protocol, gob_protocol;

// The argument of Echo.Batch as it is sent, if that is what is asked for.
extern char *batch;
extern size_t batch_len;

// The factors of the request with this id.
static inline uint64_t factor(uint64_t id) { return id % 100000; }
enum { OTHER_FACTOR = 8 };

// Says what is wrong, with the bytes in question, and ends the program.
_Noreturn void die(const char *what, const char *detail, size_t length);
