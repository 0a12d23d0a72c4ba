/* The other end of a DRAFT socket, on the libzmq that the Rust side has.
 *
 *     peer TYPE bind|connect ENDPOINT ROLE COUNT
 *
 * Lines out: the endpoint; "received" when a DISH has what it waits for; "done". A
 * line in ends what has no end of its own: a RADIO, and a DGRAM. The end of the input
 * lets the program close its socket and end.
 */

#define ZMQ_BUILD_DRAFT_API
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

enum { PATIENCE_MS = 60000, LIFE_S = 180, PAUSE_MS = 1 };

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

static int told_to_end(void)
{
    zmq_pollitem_t input = { NULL, 0, ZMQ_POLLIN, 0 };
    return zmq_poll(&input, 1, PAUSE_MS) != 0;
}

static int is(zmq_msg_t *msg, const char *text)
{
    size_t size = strlen(text);
    return zmq_msg_size(msg) == size && memcmp(zmq_msg_data(msg), text, size) == 0;
}

static void make(zmq_msg_t *msg, const char *text)
{
    need(zmq_msg_init_size(msg, strlen(text)) == 0, "zmq_msg_init_size");
    memcpy(zmq_msg_data(msg), text, strlen(text));
}

/* To the group, or to the peer with the number, if there is one. */
static void send_text(void *socket, const char *text, const char *group, uint32_t id)
{
    zmq_msg_t msg;
    make(&msg, text);
    need(!group || zmq_msg_set_group(&msg, group) == 0, "zmq_msg_set_group");
    need(!id || zmq_msg_set_routing_id(&msg, id) == 0, "zmq_msg_set_routing_id");
    need(zmq_msg_send(&msg, socket, 0) >= 0, "zmq_msg_send");
}

static void expect(void *socket, const char *text, const char *group, uint32_t id)
{
    zmq_msg_t msg;
    zmq_msg_init(&msg);
    need(zmq_msg_recv(&msg, socket, 0) >= 0, "zmq_msg_recv");
    need(is(&msg, text), text);
    need(!zmq_msg_more(&msg), "one frame");
    need(!group || strcmp(zmq_msg_group(&msg), group) == 0, "the group");
    need(!id || zmq_msg_routing_id(&msg) == id, "the routing id");
    zmq_msg_close(&msg);
}

static void upper(zmq_msg_t *msg)
{
    char *at = zmq_msg_data(msg);
    for (size_t left = zmq_msg_size(msg); left > 0; left--, at++)
        *at = (char)toupper((unsigned char)*at);
}

static void ask(void *socket, int count, uint32_t id)
{
    char question[32], answer[32];
    for (int n = 0; n < count; n++) {
        snprintf(question, sizeof question, "question %d", n);
        snprintf(answer, sizeof answer, "QUESTION %d", n);
        send_text(socket, question, NULL, id);
        expect(socket, answer, NULL, id);
    }
}

/* The reply is the request, so it has the routing id of the asking peer. */
static void answer(void *socket, int count)
{
    zmq_msg_t msg;
    zmq_msg_init(&msg);
    for (int n = 0; n < count; n++) {
        need(zmq_msg_recv(&msg, socket, 0) >= 0, "zmq_msg_recv");
        upper(&msg);
        need(zmq_msg_send(&msg, socket, 0) >= 0, "zmq_msg_send");
    }
}

static void tasks(void *socket, int count, int sends)
{
    char task[32];
    for (int n = 0; n < count; n++) {
        snprintf(task, sizeof task, "task %d", n);
        if (sends)
            send_text(socket, task, NULL, 0);
        else
            expect(socket, task, NULL, 0);
    }
}

static void publish(void *socket)
{
    do {
        send_text(socket, "jam", "traffic", 0);
        send_text(socket, "sunny", "weather", 0);
    } while (!told_to_end());
}

/* Both frames of a datagram; 0 if there is none in time. */
static int receive_datagram(void *socket, zmq_msg_t *address, zmq_msg_t *body)
{
    if (zmq_msg_recv(address, socket, 0) < 0)
        return 0;
    need(zmq_msg_more(address), "two frames");
    need(zmq_msg_recv(body, socket, 0) >= 0, "zmq_msg_recv");
    return 1;
}

static void datagrams(void *socket)
{
    int short_time = PAUSE_MS;
    zmq_msg_t address, body;
    zmq_setsockopt(socket, ZMQ_RCVTIMEO, &short_time, sizeof short_time);
    zmq_msg_init(&address);
    zmq_msg_init(&body);
    while (!told_to_end()) {
        if (receive_datagram(socket, &address, &body)) {
            upper(&body);
            need(zmq_msg_send(&address, socket, ZMQ_SNDMORE) >= 0, "zmq_msg_send");
            need(zmq_msg_send(&body, socket, 0) >= 0, "zmq_msg_send");
        }
    }
}

static int type_of(const char *name)
{
    static const struct { const char *name; int type; } types[] = {
        { "SERVER", ZMQ_SERVER }, { "CLIENT", ZMQ_CLIENT }, { "RADIO", ZMQ_RADIO },
        { "DISH", ZMQ_DISH }, { "GATHER", ZMQ_GATHER }, { "SCATTER", ZMQ_SCATTER },
        { "DGRAM", ZMQ_DGRAM }, { "PEER", ZMQ_PEER }, { "CHANNEL", ZMQ_CHANNEL },
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(name, types[i].name) == 0)
            return types[i].type;
    need(0, name);
    return -1;
}

int main(int argc, char **argv)
{
    need(argc >= 6, "too few arguments");
    alarm(LIFE_S);
    int type = type_of(argv[1]), count = atoi(argv[5]), none = 0, patience = PATIENCE_MS;
    const char *role = argv[4];
    uint32_t id = 0;
    char endpoint[256];
    size_t size = sizeof endpoint;

    void *context = zmq_ctx_new();
    void *socket = zmq_socket(context, type);
    need(socket != NULL, "zmq_socket");
    zmq_setsockopt(socket, ZMQ_LINGER, &none, sizeof none);
    zmq_setsockopt(socket, ZMQ_RCVTIMEO, &patience, sizeof patience);
    zmq_setsockopt(socket, ZMQ_SNDTIMEO, &patience, sizeof patience);
    need(type != ZMQ_DISH || zmq_join(socket, "weather") == 0, "zmq_join");
    if (strcmp(argv[2], "bind") == 0)
        need(zmq_bind(socket, argv[3]) == 0, "zmq_bind");
    else if (type == ZMQ_PEER)
        need((id = zmq_connect_peer(socket, argv[3])) != 0, "zmq_connect_peer");
    else
        need(zmq_connect(socket, argv[3]) == 0, "zmq_connect");
    need(zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, endpoint, &size) == 0, "zmq_getsockopt");
    say(endpoint);

    if (strcmp(role, "ask") == 0)
        ask(socket, count, id);
    else if (strcmp(role, "answer") == 0)
        answer(socket, count);
    else if (strcmp(role, "send") == 0 || strcmp(role, "receive") == 0)
        tasks(socket, count, *role == 's');
    else if (strcmp(role, "publish") == 0)
        publish(socket);
    else if (strcmp(role, "listen") == 0)
        expect(socket, "sunny", "weather", 0);
    else
        datagrams(socket);
    if (strcmp(role, "listen") == 0)
        say("received");
    say("done");
    while (getchar() != EOF)
        continue;
    zmq_close(socket);
    zmq_ctx_term(context);
    return 0;
}
