#include "common/rpc.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <grpc/byte_buffer_reader.h>
#include <grpc/grpc_security.h>
#include <grpc/support/log.h>
#include <grpc/support/time.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/fail.h"
#include "common/terminal.h"
#include "common/text.h"

enum { PEM_SIZE_MAX = 1 << 20, PORT_DIGITS_MAX = 5, PORT_MAX = 65535, HOST_SIZE_MAX = 255 };

/* gRPC's own lines on stderr are for who debugs it; strangers on a port could fill a disk with
 * them. What it says before it aborts is kept. */
static void take_line(gpr_log_func_args *line)
{
    if (strncmp(line->message, "assertion failed", strlen("assertion failed")) == 0) {
        terminal_report("gRPC: %s", line->message);
    }
}

void rpc_start(void)
{
    if (getenv("GRPC_VERBOSITY") == NULL) {
        gpr_set_log_function(take_line);
    }
    grpc_init();
}

void rpc_stop(void)
{
    grpc_shutdown();
}

gpr_timespec rpc_deadline(int64_t timeout_ms)
{
    return gpr_time_add(gpr_now(GPR_CLOCK_REALTIME),
                        gpr_time_from_millis(timeout_ms, GPR_TIMESPAN));
}

grpc_status_code rpc_code_of(steme_status status)
{
    switch (status) {
    case STEME_OK:
        return GRPC_STATUS_OK;
    case STEME_INVALID:
    case STEME_NOT_CANONICAL:
    case STEME_BAD_SIGNATURE:
    case STEME_TOO_LARGE:
        return GRPC_STATUS_INVALID_ARGUMENT;
    case STEME_NOT_FOUND:
    case STEME_ABSENT:
        return GRPC_STATUS_NOT_FOUND;
    case STEME_FULL:
    case STEME_NO_MEMORY:
        return GRPC_STATUS_RESOURCE_EXHAUSTED;
    case STEME_BUSY:
    case STEME_READ_ONLY:
        return GRPC_STATUS_UNAVAILABLE;
    case STEME_CORRUPT:
        return GRPC_STATUS_DATA_LOSS;
    case STEME_CANCELLED:
        return GRPC_STATUS_CANCELLED;
    default:
        return GRPC_STATUS_INTERNAL;
    }
}

const char *rpc_code_name(grpc_status_code code)
{
    static const char *const names[] = {
        "OK",
        "CANCELLED",
        "UNKNOWN",
        "INVALID_ARGUMENT",
        "DEADLINE_EXCEEDED",
        "NOT_FOUND",
        "ALREADY_EXISTS",
        "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION",
        "ABORTED",
        "OUT_OF_RANGE",
        "UNIMPLEMENTED",
        "INTERNAL",
        "UNAVAILABLE",
        "DATA_LOSS",
        "UNAUTHENTICATED",
    };
    return (size_t)code < sizeof names / sizeof names[0] ? names[code] : "UNKNOWN";
}

/* ---- Addresses
 * ----------------------------------------------------------------------------
 */

static int is_unix(const char *address)
{
    return strncmp(address, "unix:", strlen("unix:")) == 0;
}

/* The colon before the port, or NULL where the text is no HOST:PORT. */
static const char *find_port(const char *address)
{
    const char *colon = strrchr(address, ':');
    if (colon == NULL || colon == address || colon - address > HOST_SIZE_MAX) {
        return NULL;
    }
    size_t digit_count = strspn(colon + 1, "0123456789");
    if (digit_count == 0 || digit_count > PORT_DIGITS_MAX || colon[1 + digit_count] != '\0' ||
        strtoul(colon + 1, NULL, 10) > PORT_MAX) {
        return NULL;
    }
    return colon;
}

int rpc_address_is_valid(const char *address)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    if (is_unix(address)) {
        return address[strlen("unix:")] != '\0';
    }
    const char *colon = find_port(address);
    if (colon == NULL) {
        return 0;
    }
    if (address[0] == '[') {
        size_t size = strspn(address + 1, "0123456789abcdefABCDEF:.%") + 2;
        return colon[-1] == ']' && size == (size_t)(colon - address);
    }
    return strspn(address, allowed) == (size_t)(colon - address);
}

int rpc_address_is_local(const char *address)
{
    char host[HOST_SIZE_MAX + 1];
    struct in_addr parsed;
    const char *colon = find_port(address);
    if (is_unix(address)) {
        return 1;
    }
    if (colon == NULL) {
        return 0;
    }
    memcpy(host, address, (size_t)(colon - address));
    host[colon - address] = '\0';
    if (strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0) {
        return 1;
    }
    return inet_pton(AF_INET, host, &parsed) == 1 && ntohl(parsed.s_addr) >> 24 == 127;
}

/* ---- Certificates
 * ------------------------------------------------------------------------- */

struct rpc_security {
    pthread_mutex_t lock; /* guards what follows */
    char *certificate;    /* PEM texts; NULL = in plain text */
    char *key;
    char *ca;
    int is_new; /* a server has not taken them yet */
    int is_tls; /* for good */
};

static steme_status open_failure(const char *path, steme_error *error)
{
    steme_status status = errno == ENOENT   ? STEME_NOT_FOUND
                          : errno == EACCES ? STEME_PERMISSION
                                            : STEME_IO;
    return app_fail(error, status, "cannot read: %s: %s; check the path", path, strerror(errno));
}

static steme_status read_descriptor(int descriptor, const char *path, char **out_text,
                                    steme_error *error)
{
    char *bytes = text_allocate(PEM_SIZE_MAX + 1);
    size_t size = 0;
    for (;;) {
        ssize_t count = read(descriptor, bytes + size, PEM_SIZE_MAX - size);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            free(bytes);
            return open_failure(path, error);
        }
        if (count == 0) {
            break;
        }
        size += (size_t)count;
    }
    bytes[size] = '\0';
    if (strstr(bytes, "-----BEGIN ") == NULL || strlen(bytes) != size) {
        explicit_bzero(bytes, size);
        free(bytes);
        return app_fail(error, STEME_INVALID, "no PEM text: %s; `steme cluster-cert` makes one",
                        path);
    }
    *out_text = bytes;
    return STEME_OK;
}

static steme_status read_pem(const char *path, int is_secret, char **out_text, steme_error *error)
{
    struct stat about;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    steme_status status = STEME_OK;
    if (descriptor < 0) {
        return open_failure(path, error);
    }
    if (fstat(descriptor, &about) != 0) {
        status = open_failure(path, error);
    } else if (is_secret && (about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        status =
            app_fail(error, STEME_PERMISSION, "others may read the key: %s; chmod 600 it", path);
    } else {
        status = read_descriptor(descriptor, path, out_text, error);
    }
    close(descriptor);
    return status;
}

static steme_status read_all(rpc_security *self, const rpc_tls_paths *paths, steme_error *error)
{
    steme_status status = read_pem(paths->certificate_path, 0, &self->certificate, error);
    if (status == STEME_OK) {
        status = read_pem(paths->key_path, 1, &self->key, error);
    }
    if (status == STEME_OK) {
        status = read_pem(paths->ca_path, 0, &self->ca, error);
    }
    return status;
}

steme_status rpc_security_open(const rpc_tls_paths *paths, rpc_security **out_security,
                               steme_error *error)
{
    int given_count =
        (paths->certificate_path != NULL) + (paths->key_path != NULL) + (paths->ca_path != NULL);
    if (given_count != 0 && given_count != 3) {
        return app_fail(error, STEME_INVALID,
                        "TLS needs all three: --tls-cert, --tls-key and --tls-ca");
    }
    rpc_security *self = text_allocate(sizeof *self);
    *self = (rpc_security){.is_new = 1, .is_tls = given_count != 0};
    pthread_mutex_init(&self->lock, NULL);
    steme_status status = given_count == 0 ? STEME_OK : read_all(self, paths, error);
    if (status != STEME_OK) {
        rpc_security_close(self);
        return status;
    }
    *out_security = self;
    return STEME_OK;
}

void rpc_security_close(rpc_security *security)
{
    if (security == NULL) {
        return;
    }
    if (security->key != NULL) {
        explicit_bzero(security->key, strlen(security->key));
    }
    free(security->certificate);
    free(security->key);
    free(security->ca);
    pthread_mutex_destroy(&security->lock);
    free(security);
}

static int is_same_text(const char *left, const char *right)
{
    return left == NULL || right == NULL ? left == right : strcmp(left, right) == 0;
}

int rpc_security_is_same(const rpc_security *left, const rpc_security *right)
{
    return is_same_text(left->certificate, right->certificate) &&
           is_same_text(left->key, right->key) && is_same_text(left->ca, right->ca);
}

static void swap_texts(char **left, char **right)
{
    char *held = *left;
    *left = *right;
    *right = held;
}

steme_status rpc_security_replace(rpc_security *security, rpc_security *source, steme_error *error)
{
    if (rpc_security_is_tls(security) != rpc_security_is_tls(source)) {
        return app_fail(error, STEME_INVALID,
                        "TLS cannot be begun or ended while the node runs; "
                        "restart it");
    }
    pthread_mutex_lock(&security->lock);
    swap_texts(&security->certificate, &source->certificate);
    swap_texts(&security->key, &source->key);
    swap_texts(&security->ca, &source->ca);
    security->is_new = 1;
    pthread_mutex_unlock(&security->lock);
    return STEME_OK;
}

int rpc_security_is_tls(const rpc_security *security)
{
    return security->is_tls;
}

grpc_channel_credentials *rpc_security_channel(const rpc_security *security, int is_plain)
{
    if (is_plain || !rpc_security_is_tls(security)) {
        return grpc_insecure_credentials_create();
    }
    pthread_mutex_t *lock = (pthread_mutex_t *)(uintptr_t)&security->lock;
    pthread_mutex_lock(lock);
    grpc_ssl_pem_key_cert_pair pair = {security->key, security->certificate};
    grpc_channel_credentials *credentials =
        grpc_ssl_credentials_create(security->ca, &pair, NULL, NULL);
    pthread_mutex_unlock(lock);
    return credentials;
}

/* gRPC asks before every handshake. */
static grpc_ssl_certificate_config_reload_status
fetch_certificates(void *context, grpc_ssl_server_certificate_config **out_config)
{
    rpc_security *security = context;
    grpc_ssl_certificate_config_reload_status status = GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
    pthread_mutex_lock(&security->lock);
    if (security->is_new) {
        grpc_ssl_pem_key_cert_pair pair = {security->key, security->certificate};
        *out_config = grpc_ssl_server_certificate_config_create(security->ca, &pair, 1);
        security->is_new = 0;
        status = GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
    }
    pthread_mutex_unlock(&security->lock);
    return status;
}

grpc_server_credentials *rpc_security_server(rpc_security *security, int is_plain)
{
    if (is_plain || !rpc_security_is_tls(security)) {
        return grpc_insecure_server_credentials_create();
    }
    return grpc_ssl_server_credentials_create_with_options(
        grpc_ssl_server_credentials_create_options_using_config_fetcher(
            GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY, fetch_certificates,
            security));
}

/* ---- Bytes
 * --------------------------------------------------------------------------------
 */

int rpc_buffer_read(grpc_byte_buffer *buffer, grpc_slice *out_slice)
{
    grpc_byte_buffer_reader reader;
    if (buffer == NULL || !grpc_byte_buffer_reader_init(&reader, buffer)) {
        return 0;
    }
    *out_slice = grpc_byte_buffer_reader_readall(&reader);
    grpc_byte_buffer_reader_destroy(&reader);
    return 1;
}

/* ---- The loop
 * -----------------------------------------------------------------------------
 */

static void *run_loop(void *argument)
{
    rpc_loop *self = argument;
    for (;;) {
        grpc_event event =
            grpc_completion_queue_next(self->queue, gpr_inf_future(GPR_CLOCK_REALTIME), NULL);
        if (event.type == GRPC_QUEUE_SHUTDOWN) {
            return NULL;
        }
        if (event.type == GRPC_OP_COMPLETE) {
            rpc_tag *tag = event.tag;
            tag->done(tag->context, event.success);
        }
    }
}

void rpc_loop_init(rpc_loop *self)
{
    *self = (rpc_loop){.queue = grpc_completion_queue_create_for_next(NULL)};
}

steme_status rpc_loop_start(rpc_loop *self, steme_error *error)
{
    int failure = pthread_create(&self->thread, NULL, run_loop, self);
    if (failure != 0) {
        return app_fail(error, STEME_NO_MEMORY, "no thread to poll the network: %s",
                        strerror(failure));
    }
    self->is_started = 1;
    return STEME_OK;
}

void rpc_loop_deinit(rpc_loop *self)
{
    grpc_completion_queue_shutdown(self->queue);
    if (self->is_started) {
        pthread_join(self->thread, NULL);
    } else {
        run_loop(self);
    }
    grpc_completion_queue_destroy(self->queue);
    *self = (rpc_loop){0};
}
