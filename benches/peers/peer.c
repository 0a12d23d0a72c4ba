/* peer WORK ENDPOINT SIZE COUNT: what every peer does, in C. Prints nanoseconds. */

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

static size_t size;
static long count;

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

static void *send_all(void *socket)
{
    char *data = malloc(size + 1);
    memset(data, 7, size + 1);
    for (long i = 0; i <= count; i++)
        check(zmq_send(socket, data, size, 0) >= 0, "zmq_send");
    free(data);
    return NULL;
}

static void *echo(void *socket)
{
    zmq_msg_t message;
    zmq_msg_init(&message);
    for (long i = 0; i <= count; i++) {
        check(zmq_msg_recv(&message, socket, 0) >= 0, "zmq_msg_recv");
        check(zmq_msg_send(&message, socket, 0) >= 0, "zmq_msg_send");
    }
    zmq_msg_close(&message);
    return NULL;
}

/* The time from the first message to the last. */
static long long receive(void *socket)
{
    long long start = 0;
    zmq_msg_t message;
    zmq_msg_init(&message);
    for (long i = 0; i <= count; i++) {
        check(zmq_msg_recv(&message, socket, 0) >= 0, "zmq_msg_recv");
        if (i == 0)
            start = now();
    }
    long long elapsed = now() - start;
    zmq_msg_close(&message);
    return elapsed;
}

static long long ask(void *socket)
{
    long long start = 0;
    char *data = malloc(size + 1);
    memset(data, 7, size + 1);
    zmq_msg_t answer;
    zmq_msg_init(&answer);
    for (long i = 0; i <= count; i++) {
        if (i == 1)
            start = now();
        check(zmq_send(socket, data, size, 0) >= 0, "zmq_send");
        check(zmq_msg_recv(&answer, socket, 0) >= 0, "zmq_msg_recv");
    }
    long long elapsed = now() - start;
    zmq_msg_close(&answer);
    free(data);
    return elapsed;
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: peer throughput|latency ENDPOINT SIZE COUNT\n");
        return 2;
    }
    int latency = strcmp(argv[1], "latency") == 0;
    size = strtoul(argv[3], NULL, 10);
    count = strtol(argv[4], NULL, 10);
    void *context = zmq_ctx_new();
    void *server = zmq_socket(context, latency ? ZMQ_REP : ZMQ_PULL);
    void *client = zmq_socket(context, latency ? ZMQ_REQ : ZMQ_PUSH);
    check(zmq_bind(server, argv[2]) == 0, "zmq_bind");
    check(zmq_connect(client, argv[2]) == 0, "zmq_connect");
    pthread_t other;
    long long elapsed;
    if (latency) {
        check(pthread_create(&other, NULL, echo, server) == 0, "pthread_create");
        elapsed = ask(client);
    } else {
        check(pthread_create(&other, NULL, send_all, client) == 0, "pthread_create");
        elapsed = receive(server);
    }
    pthread_join(other, NULL);
    printf("%lld\n", elapsed);
    zmq_close(server);
    zmq_close(client);
    zmq_ctx_term(context);
    return 0;
}
