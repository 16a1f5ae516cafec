#pragma once
// What the Glibc module lacks of waiting on descriptors: header-only.
#include <sys/epoll.h>
#include <sys/eventfd.h>
