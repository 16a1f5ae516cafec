#pragma once
// What the Glibc module lacks, or shows in a form that Swift cannot call: header-only.
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

// Non-blocking, closed on exec.
static inline int maild_stream_socket(int domain) {
    return socket(domain, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

static inline int maild_datagram_socket(int domain) {
    return socket(domain, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

// accept4 is declared under _GNU_SOURCE only, which a module cannot ask for.
static inline int maild_accept(int listener, struct sockaddr_storage *peer, socklen_t *length) {
    return (int)syscall(SYS_accept4, listener, peer, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

static inline int maild_set_option(int socket, int level, int option, int value) {
    return setsockopt(socket, level, option, &value, sizeof value);
}

static inline int maild_send_without_delay(int socket) {
    return maild_set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
}

static inline int maild_socket_error(int socket) {
    int error = 0;
    socklen_t length = sizeof error;
    return getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : -1;
}

// struct ucred is hidden without _GNU_SOURCE: pid, uid, gid.
static inline int maild_peer_credentials(int socket, unsigned int credentials[3]) {
    socklen_t length = 3 * sizeof credentials[0];
    return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, credentials, &length);
}

// A writer to a closed connection gets EPIPE, never SIGPIPE.
static inline ssize_t maild_send(int socket, const void *bytes, size_t count) {
    return send(socket, bytes, count, MSG_NOSIGNAL);
}
