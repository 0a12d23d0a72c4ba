/* A ZeroMQ peer on the system's libzmq; peer.py is the same program in Python.
 *
 *     peer bind|connect TYPE ENDPOINT send|recv|ask|answer MESSAGE...
 *
 * A MESSAGE is the sizes of its frames: "33", or "0+1+256". Their content
 * follows from their place, see `pattern`; what arrives is compared byte for
 * byte.
 *
 * Lines out: the endpoint; "joined" when a subscriber hears its publisher;
 * "done" when everything was sent and received. Lines in: "go" starts a
 * publisher; the end of the input lets the program close its socket and end.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

enum { PATIENCE_MS = 60000, BEACON_MS = 10, REQUEST = 1, REPLY = 2 };

static const uint64_t STEP = 0x9E3779B1;

static void fail(int message, const char *what)
{
    fprintf(stderr, "peer.c: message %d: %s\n", message, what);
    exit(1);
}

static void need(int ok, const char *call)
{
    if (!ok) {
        fprintf(stderr, "peer.c: %s: %s\n", call, zmq_strerror(zmq_errno()));
        exit(1);
    }
}

static void say(const char *line)
{
    puts(line);
    fflush(stdout);
}

/* Little-endian 64-bit words, each STEP more than the one before. */
static void pattern(uint8_t *to, size_t size, int salt, int message, int frame)
{
    uint64_t first = (uint64_t)(salt * 7 + message * 31 + frame * 101) * STEP;
    for (size_t at = 0; at < size; at++)
        to[at] = (uint8_t)((first + at / 8 * STEP) >> (at % 8 * 8));
}

static void send_frames(void *socket, int salt, int message, const char *sizes)
{
    for (int frame = 0;; frame++) {
        char *end;
        size_t size = strtoull(sizes, &end, 10);
        zmq_msg_t msg;
        need(zmq_msg_init_size(&msg, size) == 0, "zmq_msg_init_size");
        pattern(zmq_msg_data(&msg), size, salt, message, frame);
        need(zmq_msg_send(&msg, socket, *end ? ZMQ_SNDMORE : 0) >= 0, "zmq_msg_send");
        if (*end == 0)
            return;
        sizes = end + 1;
    }
}

/* Compares one message, whose first frame is in `msg`, and closes `msg`. */
static void check(void *socket, zmq_msg_t *msg, int salt, int message, const char *sizes)
{
    for (int frame = 0;; frame++) {
        char *end;
        size_t size = strtoull(sizes, &end, 10);
        if (zmq_msg_size(msg) != size)
            fail(message, "a frame of the wrong size");
        if (zmq_msg_more(msg) != (*end != 0))
            fail(message, "the wrong number of frames");
        uint8_t *expected = malloc(size + 1);
        need(expected != NULL, "malloc");
        pattern(expected, size, salt, message, frame);
        if (memcmp(zmq_msg_data(msg), expected, size) != 0)
            fail(message, "wrong bytes");
        free(expected);
        if (*end == 0)
            break;
        sizes = end + 1;
        need(zmq_msg_recv(msg, socket, 0) >= 0, "zmq_msg_recv");
    }
    zmq_msg_close(msg);
}

static void first_frame(void *socket, zmq_msg_t *msg)
{
    zmq_msg_init(msg);
    need(zmq_msg_recv(msg, socket, 0) >= 0, "zmq_msg_recv");
}

static int is(zmq_msg_t *msg, const char *text)
{
    size_t size = strlen(text);
    return !zmq_msg_more(msg) && zmq_msg_size(msg) == size
        && memcmp(zmq_msg_data(msg), text, size) == 0;
}

/* What a publisher sends before its subscriber is there is lost. */
static void meet_subscriber(void *socket, int type)
{
    if (type == ZMQ_XPUB) {
        zmq_msg_t msg;
        first_frame(socket, &msg);
        if (!is(&msg, "\x01"))
            fail(-1, "a wrong subscription");
        zmq_msg_close(&msg);
    }
    if (type == ZMQ_PUB) {
        zmq_pollitem_t input = { NULL, 0, ZMQ_POLLIN, 0 };
        char line[8];
        while (zmq_poll(&input, 1, BEACON_MS) == 0)
            need(zmq_send(socket, "sync", 4, 0) == 4, "zmq_send");
        if (!fgets(line, sizeof line, stdin) || strcmp(line, "go\n") != 0)
            fail(-1, "nobody subscribed");
    }
}

static void do_send(void *socket, int type, int count, char **plan)
{
    meet_subscriber(socket, type);
    for (int message = 0; message < count; message++)
        send_frames(socket, REQUEST, message, plan[message]);
}

static void do_recv(void *socket, int count, char **plan)
{
    int joined = 0;
    for (int message = 0; message < count; message++) {
        zmq_msg_t msg;
        first_frame(socket, &msg);
        while (is(&msg, "sync")) {
            if (!joined)
                say("joined");
            joined = 1;
            need(zmq_msg_recv(&msg, socket, 0) >= 0, "zmq_msg_recv");
        }
        check(socket, &msg, REQUEST, message, plan[message]);
    }
}

static void do_ask(void *socket, int count, char **plan)
{
    for (int message = 0; message < count; message++) {
        zmq_msg_t msg;
        send_frames(socket, REQUEST, message, plan[message]);
        first_frame(socket, &msg);
        check(socket, &msg, REPLY, message, plan[message]);
    }
}

static void do_answer(void *socket, int type, int count, char **plan)
{
    for (int message = 0; message < count; message++) {
        zmq_msg_t msg, identity;
        first_frame(socket, &msg);
        if (type == ZMQ_ROUTER) {
            zmq_msg_init(&identity);
            zmq_msg_move(&identity, &msg);
            need(zmq_msg_recv(&msg, socket, 0) >= 0, "zmq_msg_recv");
        }
        check(socket, &msg, REQUEST, message, plan[message]);
        if (type == ZMQ_ROUTER)
            need(zmq_msg_send(&identity, socket, ZMQ_SNDMORE) >= 0, "zmq_msg_send");
        send_frames(socket, REPLY, message, plan[message]);
    }
}

static int type_of(const char *name)
{
    static const struct { const char *name; int type; } types[] = {
        { "PAIR", ZMQ_PAIR }, { "PUB", ZMQ_PUB }, { "SUB", ZMQ_SUB },
        { "REQ", ZMQ_REQ }, { "REP", ZMQ_REP }, { "DEALER", ZMQ_DEALER },
        { "ROUTER", ZMQ_ROUTER }, { "PULL", ZMQ_PULL }, { "PUSH", ZMQ_PUSH },
        { "XPUB", ZMQ_XPUB }, { "XSUB", ZMQ_XSUB },
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(name, types[i].name) == 0)
            return types[i].type;
    fail(-1, "an unknown socket type");
    return -1;
}

int main(int argc, char **argv)
{
    if (argc < 6)
        fail(-1, "too few arguments");
    int type = type_of(argv[2]), count = argc - 5, none = 0, patience = PATIENCE_MS;
    const char *role = argv[4];
    char **plan = argv + 5, endpoint[256];
    size_t size = sizeof endpoint;

    void *context = zmq_ctx_new();
    void *socket = zmq_socket(context, type);
    need(socket != NULL, "zmq_socket");
    zmq_setsockopt(socket, ZMQ_LINGER, &none, sizeof none);
    zmq_setsockopt(socket, ZMQ_RCVTIMEO, &patience, sizeof patience);
    zmq_setsockopt(socket, ZMQ_SNDTIMEO, &patience, sizeof patience);
    if (strcmp(argv[1], "bind") == 0)
        need(zmq_bind(socket, argv[3]) == 0, "zmq_bind");
    else
        need(zmq_connect(socket, argv[3]) == 0, "zmq_connect");
    need(zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, endpoint, &size) == 0, "zmq_getsockopt");
    if (type == ZMQ_SUB)
        zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "", 0);
    if (type == ZMQ_XSUB)
        need(zmq_send(socket, "\x01", 1, 0) == 1, "zmq_send");
    say(endpoint);

    if (strcmp(role, "send") == 0)
        do_send(socket, type, count, plan);
    else if (strcmp(role, "recv") == 0)
        do_recv(socket, count, plan);
    else if (strcmp(role, "ask") == 0)
        do_ask(socket, count, plan);
    else if (strcmp(role, "answer") == 0)
        do_answer(socket, type, count, plan);
    else
        fail(-1, "an unknown role");
    say("done");
    while (getchar() != EOF)
        continue;
    zmq_close(socket);
    zmq_ctx_term(context);
    return 0;
}
