/* limit WORK ENDPOINT SIZE COUNT: what every peer does, without any library: a plain loop of writes and reads of whole
   messages over a tcp or a Unix socket between two threads. Prints nanoseconds. */

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static size_t size;
static long count;

static void check(int ok, const char *what)
{
    if (!ok) {
        perror(what);
        exit(1);
    }
}

static long long now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void write_all(int fd, const char *data)
{
    for (size_t done = 0; done < size;) {
        ssize_t n = write(fd, data + done, size - done);
        check(n > 0, "write");
        done += n;
    }
}

static void read_all(int fd, char *data)
{
    for (size_t done = 0; done < size;) {
        ssize_t n = read(fd, data + done, size - done);
        check(n > 0, "read");
        done += n;
    }
}

static char *buffer(void)
{
    char *data = malloc(size);
    check(data != NULL, "malloc");
    memset(data, 7, size);
    return data;
}

static void *send_all(void *fd)
{
    char *data = buffer();
    for (long i = 0; i <= count; i++)
        write_all(*(int *) fd, data);
    free(data);
    return NULL;
}

static void *echo(void *fd)
{
    char *data = buffer();
    for (long i = 0; i <= count; i++) {
        read_all(*(int *) fd, data);
        write_all(*(int *) fd, data);
    }
    free(data);
    return NULL;
}

/* The two ends of one connection. */
static void connect_pair(const char *endpoint, int *server, int *client)
{
    union {
        struct sockaddr any;
        struct sockaddr_in tcp;
        struct sockaddr_un ipc;
    } address;
    memset(&address, 0, sizeof address);
    socklen_t length;
    if (strncmp(endpoint, "ipc://", 6) == 0) {
        address.ipc.sun_family = AF_UNIX;
        snprintf(address.ipc.sun_path, sizeof address.ipc.sun_path, "%s", endpoint + 6);
        length = sizeof address.ipc;
    } else {
        address.tcp.sin_family = AF_INET;
        address.tcp.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.tcp.sin_port = htons(atoi(strrchr(endpoint, ':') + 1));
        length = sizeof address.tcp;
    }
    int listener = socket(address.any.sa_family, SOCK_STREAM, 0);
    int on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    check(bind(listener, &address.any, length) == 0, "bind");
    check(listen(listener, 1) == 0, "listen");
    *client = socket(address.any.sa_family, SOCK_STREAM, 0);
    check(connect(*client, &address.any, length) == 0, "connect");
    *server = accept(listener, NULL, NULL);
    check(*server >= 0, "accept");
    setsockopt(*server, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(*client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    close(listener);
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: limit throughput|latency ENDPOINT SIZE COUNT\n");
        return 2;
    }
    int latency = strcmp(argv[1], "latency") == 0;
    size = strtoul(argv[3], NULL, 10);
    count = strtol(argv[4], NULL, 10);
    int server, client;
    connect_pair(argv[2], &server, &client);
    pthread_t other;
    char *data = buffer();
    long long start = 0;
    check(pthread_create(&other, NULL, latency ? echo : send_all, latency ? &server : &client) == 0, "pthread_create");
    for (long i = 0; i <= count; i++) {
        if (latency && i == 1)
            start = now();
        if (latency)
            write_all(client, data);
        read_all(latency ? client : server, data);
        if (!latency && i == 0)
            start = now();
    }
    printf("%lld\n", now() - start);
    pthread_join(other, NULL);
    free(data);
    return 0;
}
