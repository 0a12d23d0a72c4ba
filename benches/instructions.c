/* Sends and receives in one thread, over inproc: KIND SIZE ROUNDS. For instructions.py. */
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

int main(int count, char **words)
{
    static const struct {
        const char *name;
        int sender, receiver;
    } kinds[] = {{"PAIR", ZMQ_PAIR, ZMQ_PAIR}, {"PUSH", ZMQ_PUSH, ZMQ_PULL}, {"PUB", ZMQ_PUB, ZMQ_SUB}};
    int kind, size, rounds, round, events;
    size_t len = sizeof events;
    void *context, *sender, *receiver;
    char *bytes;

    if (count != 4)
        return 2;
    for (kind = 0; strcmp(kinds[kind].name, words[1]) != 0; ++kind)
        if (kind == 2)
            return 2;
    size = atoi(words[2]);
    rounds = atoi(words[3]);
    bytes = calloc(1, size);
    context = zmq_ctx_new();
    receiver = zmq_socket(context, kinds[kind].receiver);
    sender = zmq_socket(context, kinds[kind].sender);
    if (kind == 2 && zmq_setsockopt(receiver, ZMQ_SUBSCRIBE, "", 0) != 0)
        return 1;
    if (zmq_bind(receiver, "inproc://a") != 0 || zmq_connect(sender, "inproc://a") != 0)
        return 1;
    /* Until the subscription has arrived. */
    for (round = 0; round < 5; ++round) {
        zmq_getsockopt(receiver, ZMQ_EVENTS, &events, &len);
        zmq_getsockopt(sender, ZMQ_EVENTS, &events, &len);
    }
    for (round = 0; round < rounds; ++round)
        if (zmq_send(sender, bytes, size, 0) != size || zmq_recv(receiver, bytes, size, 0) != size)
            return 1;
    zmq_close(sender);
    zmq_close(receiver);
    zmq_ctx_term(context);
    return 0;
}
