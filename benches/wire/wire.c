/* wire WORK TRANSPORT SIZE N: what a message meets on its way, besides the rate of one stream. Prints figures, by name.

     stream   N messages, PUSH to PULL: the rate, and the processor time of a message
     half     a stream at half of that rate: how long a message takes
     quiet    a message every millisecond over a connection of its own, beside a stream in the same I/O threads
     against  the same, against the direction of the stream
     fanout   one PUB to N SUB: messages received
     fanin    N PUSH to one PULL
     idle     N connections that do nothing: memory
     trips    N round trips, REQ to REP: time, and how often a thread slept

   TRANSPORT is tcp, ipc, ws or curve, which is tcp with CURVE. Each end has a context of its own. */

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

static const char *transport;
static size_t size;
static long amount;
static void *here, *there;
static char server_public[41], server_secret[41];

static void check(int ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "%s: %s\n", what, zmq_strerror(zmq_errno()));
        exit(1);
    }
}

static long long now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static long long processor(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static long resident(void)
{
    long pages = 0, all;
    FILE *file = fopen("/proc/self/statm", "r");
    check(file && fscanf(file, "%ld %ld", &all, &pages) == 2, "statm");
    fclose(file);
    return pages * sysconf(_SC_PAGESIZE);
}

static void *open_socket(void *context, int type)
{
    void *socket = zmq_socket(context, type);
    check(socket != NULL, "zmq_socket");
    int zero = 0;
    zmq_setsockopt(socket, ZMQ_LINGER, &zero, sizeof zero);
    /* No mark where a full pipe means that messages are dropped. */
    if (type == ZMQ_SUB || type == ZMQ_XPUB) {
        zmq_setsockopt(socket, ZMQ_SNDHWM, &zero, sizeof zero);
        zmq_setsockopt(socket, ZMQ_RCVHWM, &zero, sizeof zero);
    }
    if (type == ZMQ_SUB)
        zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "", 0);
    return socket;
}

/* A socket that waits for connections, and where. */
static void *listening(int type, char *endpoint)
{
    void *socket = open_socket(here, type);
    int one = 1;
    char asked[128];
    if (strcmp(transport, "curve") == 0) {
        check(zmq_setsockopt(socket, ZMQ_CURVE_SERVER, &one, sizeof one) == 0, "curve");
        check(zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, server_secret, 41) == 0, "curve");
    }
    if (strcmp(transport, "ipc") == 0)
        snprintf(asked, sizeof asked, "ipc://%s/wire-%d-%p", getenv("WIRE_HOME"), getpid(), socket);
    else
        snprintf(asked, sizeof asked, "%s://127.0.0.1:*", strcmp(transport, "ws") == 0 ? "ws" : "tcp");
    check(zmq_bind(socket, asked) == 0, "zmq_bind");
    size_t length = 256;
    check(zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, endpoint, &length) == 0, "last endpoint");
    return socket;
}

static void *connected(int type, const char *endpoint)
{
    void *socket = open_socket(there, type);
    if (strcmp(transport, "curve") == 0) {
        char public[41], secret[41];
        check(zmq_curve_keypair(public, secret) == 0, "keypair");
        check(zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, server_public, 41) == 0, "curve");
        check(zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, public, 41) == 0, "curve");
        check(zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, secret, 41) == 0, "curve");
    }
    check(zmq_connect(socket, endpoint) == 0, "zmq_connect");
    return socket;
}

static void figure(const char *name, double value) { printf("%s %.3f\n", name, value); }

static int ascending(const void *a, const void *b)
{
    long long x = *(const long long *) a, y = *(const long long *) b;
    return (x > y) - (x < y);
}

static void spread(long long *times, long count)
{
    qsort(times, count, sizeof *times, ascending);
    figure("median us", times[count / 2] / 1e3);
    figure("99 of 100 us", times[count * 99 / 100] / 1e3);
    figure("worst us", times[count - 1] / 1e3);
}

/* Sends `count` messages which start with the time, at one every `pause` nanoseconds, or as fast as can be. */
struct sender {
    void *socket;
    long count;
    double pause;
    volatile int *stop;
};

static void *send_all(void *argument)
{
    struct sender *own = argument;
    char *data = calloc(1, size);
    long long start = now();
    for (long i = 0; own->stop ? !*own->stop : i < own->count; i++) {
        if (own->pause > 0) {
            long long due = start + (long long) (i * own->pause), left;
            while ((left = due - now()) > 0) {
                if (left > 200000) {
                    struct timespec some = {0, left - 100000};
                    nanosleep(&some, NULL);
                }
            }
        }
        long long sent = now();
        memcpy(data, &sent, sizeof sent);
        if (zmq_send(own->socket, data, size, 0) == -1 && !(own->stop && zmq_errno() == EAGAIN))
            break;
    }
    free(data);
    return NULL;
}

static long long receive(void *socket, zmq_msg_t *message)
{
    long long sent = 0;
    check(zmq_msg_recv(message, socket, 0) >= (int) sizeof sent, "zmq_msg_recv");
    memcpy(&sent, zmq_msg_data(message), sizeof sent);
    return sent;
}

/* Nanoseconds a message of a stream, as it goes. */
static double stream(long count, double pause, long long *times)
{
    char endpoint[256];
    void *pull = listening(ZMQ_PULL, endpoint), *push = connected(ZMQ_PUSH, endpoint);
    struct sender sender = {push, count + 1, pause, NULL};
    pthread_t other;
    pthread_create(&other, NULL, send_all, &sender);
    zmq_msg_t message;
    zmq_msg_init(&message);
    receive(pull, &message);
    long long start = now(), used = processor();
    for (long i = 0; i < count; i++) {
        long long sent = receive(pull, &message);
        if (times)
            times[i] = now() - sent;
    }
    double each = (now() - start) / (double) count;
    if (!times && pause == 0)
        figure("processor ns", (processor() - used) / (double) count);
    pthread_join(other, NULL);
    zmq_msg_close(&message);
    zmq_close(push);
    zmq_close(pull);
    return each;
}

static void half(void)
{
    double each = stream(amount, 0, NULL);
    long long *times = calloc(amount, sizeof *times);
    stream(amount, each * 2, times);
    figure("rate at half load", 1e9 / (each * 2));
    spread(times, amount);
    free(times);
}

static void *receive_until(void *socket)
{
    zmq_msg_t message;
    zmq_msg_init(&message);
    while (zmq_msg_recv(&message, socket, 0) >= 0)
        ;
    zmq_msg_close(&message);
    return NULL;
}

static void quiet(int against)
{
    char endpoint[256], own[256];
    void *pull = listening(ZMQ_PULL, endpoint), *push = connected(ZMQ_PUSH, endpoint);
    void *bound = listening(against ? ZMQ_PUSH : ZMQ_PULL, own), *joined = connected(against ? ZMQ_PULL : ZMQ_PUSH, own);
    void *in = against ? joined : bound, *out = against ? bound : joined;
    volatile int stop = 0;
    int wait = 100;
    zmq_setsockopt(pull, ZMQ_RCVTIMEO, &(int){500}, sizeof wait);
    zmq_setsockopt(push, ZMQ_SNDTIMEO, &wait, sizeof wait);
    struct sender busy = {push, 0, 0, &stop}, calm = {out, amount, 1e6, NULL};
    pthread_t threads[3];
    pthread_create(&threads[0], NULL, receive_until, pull);
    pthread_create(&threads[1], NULL, send_all, &busy);
    pthread_create(&threads[2], NULL, send_all, &calm);
    long long *times = calloc(amount, sizeof *times);
    zmq_msg_t message;
    zmq_msg_init(&message);
    for (long i = 0; i < amount; i++) {
        long long sent = receive(in, &message);
        times[i] = now() - sent;
    }
    stop = 1;
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    spread(times, amount);
    free(times);
    zmq_msg_close(&message);
    zmq_close(pull), zmq_close(push), zmq_close(in), zmq_close(out);
}

/* All messages that `sockets` receive until there were `all`. */
static void receive_from(void **sockets, long count, long all)
{
    zmq_pollitem_t *items = calloc(count, sizeof *items);
    for (long i = 0; i < count; i++)
        items[i] = (zmq_pollitem_t){sockets[i], 0, ZMQ_POLLIN, 0};
    zmq_msg_t message;
    zmq_msg_init(&message);
    while (all > 0) {
        check(zmq_poll(items, count, 10000) > 0, "zmq_poll");
        for (long i = 0; i < count; i++)
            if (items[i].revents)
                while (zmq_msg_recv(&message, sockets[i], ZMQ_DONTWAIT) >= 0)
                    all--;
    }
    zmq_msg_close(&message);
    free(items);
}

static void fanout(void)
{
    char endpoint[256];
    /* An XPUB sees the subscriptions: a topic of each says that all are connected. */
    void *pub = listening(ZMQ_XPUB, endpoint), **subs = calloc(amount, sizeof *subs);
    char topic[24];
    for (long i = 0; i < amount; i++) {
        subs[i] = connected(ZMQ_SUB, endpoint);
        snprintf(topic, sizeof topic, "%ld", i);
        zmq_setsockopt(subs[i], ZMQ_SUBSCRIBE, topic, strlen(topic));
    }
    for (long seen = 0; seen < amount + 1; seen++)
        check(zmq_recv(pub, topic, sizeof topic, 0) >= 0, "subscription");
    usleep(200000);
    long each = 400000 / amount;
    struct sender sender = {pub, each, 0, NULL};
    pthread_t other;
    long long start = now(), used = processor();
    pthread_create(&other, NULL, send_all, &sender);
    receive_from(subs, amount, each * amount);
    figure("received a second", each * amount * 1e9 / (now() - start));
    figure("processor ns", (processor() - used) / (double) (each * amount));
    pthread_join(other, NULL);
    zmq_close(pub);
    for (long i = 0; i < amount; i++)
        zmq_close(subs[i]);
    free(subs);
}

static void fanin(void)
{
    char endpoint[256];
    void *pull = listening(ZMQ_PULL, endpoint), **pushes = calloc(amount, sizeof *pushes);
    for (long i = 0; i < amount; i++) {
        pushes[i] = connected(ZMQ_PUSH, endpoint);
        check(zmq_send(pushes[i], "connected", 9, 0) >= 0, "zmq_send");
    }
    receive_from(&pull, 1, amount);
    long each = 400000 / amount;
    long long start = now(), used = processor();
    zmq_msg_t message;
    zmq_msg_init(&message);
    char *data = calloc(1, size);
    /* One thread for all senders: what is compared is the way of the messages, not of threads. No call may wait: what a full pipe
       waits for is that this thread receives. */
    for (long i = 0, left = each * amount; i < each; i++) {
        for (long s = 0; s < amount; s++)
            while (zmq_send(pushes[s], data, size, ZMQ_DONTWAIT) == -1) {
                check(zmq_errno() == EAGAIN, "zmq_send");
                while (zmq_msg_recv(&message, pull, ZMQ_DONTWAIT) >= 0)
                    left--;
            }
        while (left > 0 && zmq_msg_recv(&message, pull, i == each - 1 ? 0 : ZMQ_DONTWAIT) >= 0)
            left--;
    }
    figure("received a second", each * amount * 1e9 / (now() - start));
    figure("processor ns", (processor() - used) / (double) (each * amount));
    free(data);
    zmq_msg_close(&message);
    zmq_close(pull);
    for (long i = 0; i < amount; i++)
        zmq_close(pushes[i]);
    free(pushes);
}

static void idle(void)
{
    char endpoint[256];
    void *pull = listening(ZMQ_PULL, endpoint), **pushes = calloc(amount, sizeof *pushes);
    char data[16];
    /* The first few bring what each thread has once. */
    long before = 0, few = 16;
    for (long i = 0; i < amount + few; i++) {
        void *push = connected(ZMQ_PUSH, endpoint);
        check(zmq_send(push, "connected", 9, 0) >= 0, "zmq_send");
        check(zmq_recv(pull, data, sizeof data, 0) >= 0, "zmq_recv");
        if (i < few)
            before = i == few - 1 ? resident() : 0;
        else
            pushes[i - few] = push;
    }
    usleep(200000);
    figure("bytes a connection, both ends", (resident() - before) / (double) amount);
}

static void *echo(void *socket)
{
    zmq_msg_t message;
    zmq_msg_init(&message);
    /* An empty one ends it: a timeout could expire before the first one comes. */
    while (zmq_msg_recv(&message, socket, 0) > 0)
        check(zmq_msg_send(&message, socket, 0) >= 0, "zmq_msg_send");
    zmq_msg_close(&message);
    return NULL;
}

static void trips(void)
{
    char endpoint[256];
    void *rep = listening(ZMQ_REP, endpoint), *req = connected(ZMQ_REQ, endpoint);
    pthread_t other;
    pthread_create(&other, NULL, echo, rep);
    char *data = calloc(1, size);
    struct rusage before, after;
    long long start = 0;
    for (long i = 0; i < amount + 10; i++) {
        if (i == 10) {
            start = now();
            getrusage(RUSAGE_SELF, &before);
        }
        check(zmq_send(req, data, size, 0) >= 0, "zmq_send");
        check(zmq_recv(req, data, size, 0) >= 0, "zmq_recv");
    }
    figure("us a round trip", (now() - start) / 1e3 / amount);
    getrusage(RUSAGE_SELF, &after);
    figure("slept a round trip", (after.ru_nvcsw - before.ru_nvcsw) / (double) amount);
    check(zmq_send(req, "", 0, 0) >= 0, "zmq_send");
    pthread_join(other, NULL);
    free(data);
    zmq_close(rep);
    zmq_close(req);
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: wire stream|half|quiet|against|fanout|fanin|idle|trips tcp|ipc|ws|curve SIZE N\n");
        return 2;
    }
    transport = argv[2];
    size = strtoul(argv[3], NULL, 10);
    amount = strtol(argv[4], NULL, 10);
    here = zmq_ctx_new();
    there = zmq_ctx_new();
    zmq_ctx_set(here, ZMQ_MAX_SOCKETS, 4000);
    zmq_ctx_set(there, ZMQ_MAX_SOCKETS, 4000);
    if (strcmp(transport, "curve") == 0)
        check(zmq_curve_keypair(server_public, server_secret) == 0, "keypair");
    const char *work = argv[1];
    if (strcmp(work, "stream") == 0)
        figure("messages a second", 1e9 / stream(amount, 0, NULL));
    else if (strcmp(work, "half") == 0)
        half();
    else if (strcmp(work, "quiet") == 0)
        quiet(0);
    else if (strcmp(work, "against") == 0)
        quiet(1);
    else if (strcmp(work, "fanout") == 0)
        fanout();
    else if (strcmp(work, "fanin") == 0)
        fanin();
    else if (strcmp(work, "idle") == 0)
        idle();
    else if (strcmp(work, "trips") == 0)
        trips();
    else
        return 2;
    fflush(stdout);
    _exit(0);
}
