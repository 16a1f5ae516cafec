#pragma once
#include <curl/curl.h>

// Swift cannot call variadic functions; each wrapper takes one kind of argument.
static inline CURLcode maild_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode maild_curl_set_string(
    CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode maild_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}

typedef size_t (*maild_curl_data)(char *, size_t, size_t, void *);
static inline CURLcode maild_curl_set_data_callback(
    CURL *handle, CURLoption option, maild_curl_data value) {
    return curl_easy_setopt(handle, option, value);
}

typedef int (*maild_curl_progress)(void *, curl_off_t, curl_off_t, curl_off_t, curl_off_t);
static inline CURLcode maild_curl_set_progress_callback(
    CURL *handle, maild_curl_progress value) {
    return curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, value);
}

static inline CURLcode maild_curl_get_socket(CURL *handle, curl_socket_t *value) {
    return curl_easy_getinfo(handle, CURLINFO_ACTIVESOCKET, value);
}

static inline CURLcode maild_curl_global_init(void) {
    return curl_global_init(CURL_GLOBAL_DEFAULT);
}
