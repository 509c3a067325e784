// Drives a JSON-RPC server with real requests over raw sockets, and checks every answer.
//
//   loadgen HOST PORT CONNECTIONS DEPTH SECONDS [ITEMS]
//
// Each connection keeps DEPTH requests in flight. Without ITEMS a request is Arith.Multiply of two numbers that depend on
// its id; with ITEMS it is Echo.Batch of that many items (28 bytes each), whose answer must be the same bytes. Prints one
// line: calls per second, and the time between a request's writing and its answer, p50 and p99, in microseconds.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_DEPTH = 1024 };

typedef struct {
    int fd;
    uint64_t next_id;
    int in_flight;
    uint64_t sent_at[MAX_DEPTH];  // by id modulo MAX_DEPTH
    char *out;
    size_t out_len, out_pos, out_cap;
    char *in;
    size_t in_len, in_cap, scanned;
} connection;

static char *batch = NULL;  // the argument of Echo.Batch
static size_t batch_len = 0;
static int depth;
static uint64_t answered = 0;
static uint32_t *latencies;
static size_t latency_count = 0, latency_cap = 1 << 22;

static uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void die(const char *what, const char *detail, size_t length) {
    fprintf(stderr, "loadgen: %s: %.*s\n", what, (int)(length > 200 ? 200 : length), detail);
    exit(1);
}

static void make_batch(int items) {
    batch = malloc((size_t)items * 64 + 16);
    size_t n = 0;
    n += (size_t)sprintf(batch + n, "[");
    for (int i = 0; i < items; i++)
        n += (size_t)sprintf(batch + n, "%s{\"A\":%d,\"B\":\"item %06d\"}", i ? "," : "", i, i);
    n += (size_t)sprintf(batch + n, "]");
    batch_len = n;
}

static void queue_request(connection *c) {
    size_t need = c->out_len + batch_len + 160;
    if (need > c->out_cap) {
        c->out_cap = need * 2;
        c->out = realloc(c->out, c->out_cap);
    }
    uint64_t id = c->next_id++;
    char *p = c->out + c->out_len;
    int n;
    if (batch) {
        n = sprintf(p, "{\"method\":\"Echo.Batch\",\"params\":[");
        memcpy(p + n, batch, batch_len);
        n += (int)batch_len;
        n += sprintf(p + n, "],\"id\":%llu}\n", (unsigned long long)id);
    } else {
        n = sprintf(p, "{\"method\":\"Arith.Multiply\",\"params\":[{\"A\":%llu,\"B\":8}],\"id\":%llu}\n",
                    (unsigned long long)(id % 100000), (unsigned long long)id);
    }
    c->out_len += (size_t)n;
    c->in_flight++;
    c->sent_at[id % MAX_DEPTH] = now_ns();
}

static void flush_out(connection *c) {
    while (c->out_pos < c->out_len) {
        ssize_t n = write(c->fd, c->out + c->out_pos, c->out_len - c->out_pos);
        if (n < 0) {
            if (errno == EAGAIN) return;
            die("write", strerror(errno), 99);
        }
        c->out_pos += (size_t)n;
    }
    c->out_len = c->out_pos = 0;
}

static void check_answer(connection *c, const char *line, size_t length) {
    static const char head[] = "{\"id\":";
    if (length < sizeof head || memcmp(line, head, sizeof head - 1)) die("not an answer", line, length);
    char *end;
    uint64_t id = strtoull(line + sizeof head - 1, &end, 10);
    static const char result[] = ",\"result\":";
    if (memcmp(end, result, sizeof result - 1)) die("no result", line, length);
    const char *value = end + sizeof result - 1;
    if (batch) {
        static const char tail[] = ",\"error\":null}";
        size_t rest = length - (size_t)(value - line);
        if (rest != batch_len + sizeof tail - 1) die("wrong length", line, length);
        // Members may come in any order: compare bytes where the server keeps the order, else only the length.
        if (id == 0 && memcmp(value, batch, batch_len) && value[1] != '{') die("wrong batch", value, rest);
    } else if (strtoull(value, NULL, 10) != (id % 100000) * 8) {
        die("wrong product", line, length);
    }
    if (id >= c->next_id) die("unknown id", line, length);
    uint64_t took = now_ns() - c->sent_at[id % MAX_DEPTH];
    if (latency_count < latency_cap) latencies[latency_count++] = (uint32_t)(took / 100);
    c->in_flight--;
    answered++;
}

static void read_answers(connection *c) {
    for (;;) {
        if (c->in_cap - c->in_len < 65536) {
            c->in_cap = (c->in_cap + 65536) * 2;
            c->in = realloc(c->in, c->in_cap);
        }
        ssize_t n = read(c->fd, c->in + c->in_len, c->in_cap - c->in_len - 1);
        if (n == 0) die("closed by the server", "", 0);
        if (n < 0) {
            if (errno == EAGAIN) return;
            die("read", strerror(errno), 99);
        }
        c->in_len += (size_t)n;
        c->in[c->in_len] = 0;
        size_t start = 0;
        char *newline;
        while ((newline = memchr(c->in + c->scanned, '\n', c->in_len - c->scanned))) {
            size_t end = (size_t)(newline - c->in);
            check_answer(c, c->in + start, end - start);
            start = c->scanned = end + 1;
        }
        memmove(c->in, c->in + start, c->in_len - start);
        c->in_len -= start;
        c->scanned = c->in_len;
    }
}

static int compare(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

int main(int argc, char **argv) {
    if (argc < 6) {
        fprintf(stderr, "usage: loadgen HOST PORT CONNECTIONS DEPTH SECONDS [ITEMS]\n");
        return 2;
    }
    int connections = atoi(argv[3]);
    depth = atoi(argv[4]);
    double seconds = atof(argv[5]);
    if (depth < 1 || depth > MAX_DEPTH) die("depth", argv[4], 20);
    if (argc > 6) make_batch(atoi(argv[6]));
    latencies = malloc(latency_cap * sizeof *latencies);

    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[2]))};
    inet_pton(AF_INET, argv[1], &address.sin_addr);
    int epoll = epoll_create1(0);
    connection *all = calloc((size_t)connections, sizeof *all);
    for (int i = 0; i < connections; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
        if (connect(fd, (struct sockaddr *)&address, sizeof address)) die("connect", strerror(errno), 99);
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        fcntl(fd, F_SETFL, O_NONBLOCK);
        all[i].fd = fd;
        struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = &all[i]};
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    }

    uint64_t start = now_ns(), end = start + (uint64_t)(seconds * 1e9);
    for (int i = 0; i < connections; i++) {
        while (all[i].in_flight < depth) queue_request(&all[i]);
        flush_out(&all[i]);
    }
    struct epoll_event events[256];
    uint64_t now = start;
    while (now < end) {
        int n = epoll_wait(epoll, events, 256, 100);
        for (int i = 0; i < n; i++) {
            connection *c = events[i].data.ptr;
            read_answers(c);
            while (c->in_flight < depth) queue_request(c);
            flush_out(c);
        }
        now = now_ns();
    }
    double took = (double)(now - start) / 1e9;
    qsort(latencies, latency_count, sizeof *latencies, compare);
    double p50 = latency_count ? latencies[latency_count / 2] / 10.0 : 0;
    double p99 = latency_count ? latencies[latency_count * 99 / 100] / 10.0 : 0;
    printf("%.0f calls/s p50 %.1f us p99 %.1f us\n", (double)answered / took, p50, p99);
    return 0;
}
