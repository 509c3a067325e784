// Drives a server with real requests over raw sockets, and checks every answer.
//
//   loadgen [-p json|gob] [-c PID] [-i ITEMS] [-w SECONDS] PORT CONNECTIONS DEPTH SECONDS
//   loadgen [-p json|gob] -m PORT CONNECTIONS
//
// Each connection keeps DEPTH requests in flight: Arith.Multiply, or with -i Echo.Batch of that many records. For the
// first -w seconds nothing is measured. Prints one line of JSON: the answers, the seconds they took, the time between a
// request's writing and its answer (p50 and p99, in microseconds), and with -c the microseconds of processor time that
// the threads of that process have used meanwhile.
//
// With -m it opens the connections, says "open", and waits for a line; makes one call on each, says "called", and waits
// again: for whoever looks at the server's memory.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "protocol.h"

// One request in flight. Its id is the slot's number plus a multiple of the depth, so that an id finds its slot.
typedef struct {
    uint64_t id;
    uint64_t sent_at;  // 0: answered
} slot;

typedef struct {
    int fd;
    int has_sent;
    slot *slots;
    char *out;
    size_t out_len, out_pos, out_cap;
    char *in;
    size_t in_len, in_cap, scanned;
} connection;

enum { CONNECTIONS_FOR_EACH_ADDRESS = 20000, READ_SIZE = 65536 };

char *batch;
size_t batch_len;

static const protocol *format = &json_protocol;
static connection *all;
static int count, depth, epoll;

static uint64_t answered;
static uint32_t *latencies;  // in tenths of a microsecond
static size_t latency_count;
static const size_t latency_cap = 1 << 23;

void die(const char *what, const char *detail, size_t length) {
    fprintf(stderr, "loadgen: %s: %.*s\n", what, (int)(length > 200 ? 200 : length), detail);
    exit(1);
}

static void die_of(const char *what) { die(what, strerror(errno), 200); }

static uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

// The processor time that the threads of a process have used, in nanoseconds.
static uint64_t cpu_ns(int pid) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *threads = opendir(path);
    if (!threads) die_of("no such process");
    uint64_t sum = 0;
    for (struct dirent *entry; (entry = readdir(threads));) {
        if (entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "/proc/%d/task/%.16s/schedstat", pid, entry->d_name);
        FILE *file = fopen(path, "r");
        unsigned long long ns = 0;
        if (file && fscanf(file, "%llu", &ns) == 1) sum += ns;
        if (file) fclose(file);
    }
    closedir(threads);
    return sum;
}

// One address has 28,000 ports to connect from, so each so many connections come from another one.
static void open_connections(uint16_t port) {
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(port)};
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    all = calloc((size_t)count, sizeof *all);
    epoll = epoll_create1(0);
    for (int i = 0; i < count; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
        if (fd < 0) die_of("socket");
        struct sockaddr_in own = {.sin_family = AF_INET};
        own.sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)(i / CONNECTIONS_FOR_EACH_ADDRESS));
        setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
        if (bind(fd, (struct sockaddr *)&own, sizeof own)) die_of("bind");
        if (connect(fd, (struct sockaddr *)&server, sizeof server)) die_of("connect");
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        fcntl(fd, F_SETFL, O_NONBLOCK);
        connection *c = &all[i];
        c->fd = fd;
        c->slots = calloc((size_t)depth, sizeof *c->slots);
        for (int s = 0; s < depth; s++) c->slots[s].id = (uint64_t)s;
        struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = c};
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    }
}

static void queue_request(connection *c, slot *s) {
    size_t need = c->out_len + batch_len + 512;
    if (need > c->out_cap) {
        c->out_cap = need * 2;
        c->out = realloc(c->out, c->out_cap);
    }
    s->sent_at = now_ns();
    c->out_len += format->write_request(c->out + c->out_len, s->id, !c->has_sent);
    c->has_sent = 1;
}

static void flush_out(connection *c) {
    while (c->out_pos < c->out_len) {
        ssize_t n = write(c->fd, c->out + c->out_pos, c->out_len - c->out_pos);
        if (n < 0) {
            if (errno == EAGAIN) return;
            die_of("write");
        }
        c->out_pos += (size_t)n;
    }
    c->out_len = c->out_pos = 0;
}

// Notes an answer, and frees its slot for the next request.
static slot *take_answer(connection *c, uint64_t id) {
    slot *s = &c->slots[id % (uint64_t)depth];
    if (s->id != id || !s->sent_at) die("an answer that nobody waits for", "", 0);
    if (latency_count < latency_cap) latencies[latency_count++] = (uint32_t)((now_ns() - s->sent_at) / 100);
    s->sent_at = 0;
    s->id += (uint64_t)depth;
    answered++;
    return s;
}

// Reads what has come, and asks again for each answer if so told.
static void read_answers(connection *c, int asks_again) {
    for (;;) {
        if (c->in_cap - c->in_len < READ_SIZE) {
            c->in_cap = (c->in_cap + READ_SIZE) * 2;
            c->in = realloc(c->in, c->in_cap);
        }
        size_t room = c->in_cap - c->in_len - 1;
        ssize_t n = read(c->fd, c->in + c->in_len, room);
        if (n == 0) die("closed by the server", "", 0);
        if (n < 0) {
            if (errno == EAGAIN) return;
            die_of("read");
        }
        c->in_len += (size_t)n;
        c->in[c->in_len] = 0;  // numbers are read up to what is none
        size_t start = 0, size;
        uint64_t id;
        while ((size = format->read_answer(c->in + start, c->in_len - start, &c->scanned, &id))) {
            start += size;
            c->scanned = 0;
            slot *s = take_answer(c, id);
            if (asks_again) queue_request(c, s);
        }
        memmove(c->in, c->in + start, c->in_len - start);
        c->in_len -= start;
    }
}

// Serves whatever is ready, for at most a tenth of a second.
static void turn(int asks_again) {
    struct epoll_event events[256];
    int n = epoll_wait(epoll, events, 256, 100);
    for (int i = 0; i < n; i++) {
        connection *c = events[i].data.ptr;
        read_answers(c, asks_again);
        flush_out(c);
    }
}

static void queue_all(void) {
    for (int i = 0; i < count; i++) {
        for (int s = 0; s < depth; s++) queue_request(&all[i], &all[i].slots[s]);
        flush_out(&all[i]);
    }
}

static int compare(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static double percentile(int percent) {
    return latency_count ? latencies[latency_count * (size_t)percent / 100] / 10.0 : 0;
}

static void measure(double warm_up, double seconds, int pid) {
    queue_all();
    uint64_t start = now_ns(), now = start;
    while (now - start < (uint64_t)(warm_up * 1e9)) {
        turn(1);
        now = now_ns();
    }
    answered = latency_count = 0;
    uint64_t cpu = pid ? cpu_ns(pid) : 0;
    start = now_ns();
    do {
        turn(1);
        now = now_ns();
        // One answer at least: a large body may take longer than what was asked for.
    } while (now - start < (uint64_t)(seconds * 1e9) || !answered);
    cpu = pid ? cpu_ns(pid) - cpu : 0;
    qsort(latencies, latency_count, sizeof *latencies, compare);
    printf("{\"calls\": %llu, \"seconds\": %.6f, \"p50\": %.1f, \"p99\": %.1f, \"cpu\": %.1f}\n",
           (unsigned long long)answered, (double)(now - start) / 1e9, percentile(50), percentile(99),
           (double)cpu / 1e3);
}

static void say_and_wait(const char *word) {
    puts(word);
    fflush(stdout);
    if (getchar() == EOF) exit(0);
}

static void hold_connections(void) {
    say_and_wait("open");
    queue_all();
    while (answered < (uint64_t)count) turn(0);
    say_and_wait("called");
}

int main(int argc, char **argv) {
    int pid = 0, holds = 0;
    size_t items = 0;
    double warm_up = 0.1;
    for (int option; (option = getopt(argc, argv, "p:c:i:w:m")) != -1;) {
        switch (option) {
        case 'p': format = strcmp(optarg, "gob") ? &json_protocol : &gob_protocol; break;
        case 'c': pid = atoi(optarg); break;
        case 'i': items = strtoul(optarg, NULL, 10); break;
        case 'w': warm_up = atof(optarg); break;
        case 'm': holds = 1; break;
        default: return 2;
        }
    }
    char **rest = argv + optind;
    if (argc - optind != (holds ? 2 : 4)) die("usage", "loadgen [options] PORT CONNECTIONS DEPTH SECONDS", 200);
    count = atoi(rest[1]);
    depth = holds ? 1 : atoi(rest[2]);
    if (count < 1 || depth < 1) die("not a number of connections and a depth", rest[1], 20);
    if (items) format->make_batch(items);
    latencies = malloc(latency_cap * sizeof *latencies);

    open_connections((uint16_t)atoi(rest[0]));
    if (holds) {
        hold_connections();
    } else {
        measure(warm_up, atof(rest[3]), pid);
    }
    return 0;
}
