/* steme cluster-cert -- a certificate authority for a cluster, and certificates of its members. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "steme/commands.h"

enum { DAY_S = 86400, CA_DAYS = 3650, NODE_DAYS = 825, SKEW_S = 3600, SERIAL_SIZE = 16 };

static const char ca_name[] = "ca";

/* ---- Files -------------------------------------------------------------------------------- */

static void join_path(text_buffer *out_path, const char *folder, const char *name,
                      const char *ending)
{
    text_append_format(out_path, "%s/%s.%s", folder, name, ending);
}

/* A new file of this mode; what is there already is never touched. */
static FILE *create_file(const char *path, mode_t mode)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    if (file == NULL) {
        terminal_report("cannot make: %s: %s; %s", path, strerror(errno),
                        errno == EEXIST ? "it is kept as it is" : "check the folder");
        if (descriptor >= 0) {
            close(descriptor);
        }
    }
    return file;
}

/* Whatever was not written whole is removed again. */
static int finish_file(FILE *file, const char *path, int is_written)
{
    is_written = is_written && fflush(file) == 0 && fsync(fileno(file)) == 0;
    if (fclose(file) != 0 || !is_written) {
        terminal_report("cannot write: %s; make room and try again", path);
        unlink(path);
        return 0;
    }
    return 1;
}

static int write_key(const char *folder, const char *name, EVP_PKEY *key)
{
    text_buffer path = TEXT_EMPTY;
    join_path(&path, folder, name, "key");
    FILE *file = create_file(text_get(&path), S_IRUSR | S_IWUSR);
    int is_done = file != NULL &&
                  finish_file(file, text_get(&path),
                              PEM_write_PKCS8PrivateKey(file, key, NULL, NULL, 0, NULL, NULL));
    text_deinit(&path);
    return is_done;
}

static int write_certificate(const char *folder, const char *name, X509 *certificate)
{
    text_buffer path = TEXT_EMPTY;
    join_path(&path, folder, name, "crt");
    FILE *file = create_file(text_get(&path), S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);
    int is_done =
        file != NULL && finish_file(file, text_get(&path), PEM_write_X509(file, certificate));
    text_deinit(&path);
    return is_done;
}

static FILE *open_file(const char *folder, const char *name, const char *ending)
{
    text_buffer path = TEXT_EMPTY;
    join_path(&path, folder, name, ending);
    FILE *file = fopen(text_get(&path), "re");
    if (file == NULL) {
        terminal_report("cannot read: %s: %s; make the CA first: `steme cluster-cert %s`",
                        text_get(&path), strerror(errno), folder);
    }
    text_deinit(&path);
    return file;
}

/* ---- Certificates ------------------------------------------------------------------------- */

static int add_extension(X509 *certificate, X509 *issuer, int kind, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
    int is_added = extension != NULL && X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    return is_added;
}

static int set_serial(X509 *certificate)
{
    unsigned char bytes[SERIAL_SIZE];
    if (RAND_bytes(bytes, sizeof bytes) != 1) {
        return 0;
    }
    bytes[0] &= 0x7f; /* positive */
    BIGNUM *number = BN_bin2bn(bytes, sizeof bytes, NULL);
    int is_set =
        number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;
    BN_free(number);
    return is_set;
}

static int set_name(X509 *certificate, const char *name)
{
    return X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                                      (const unsigned char *)name, -1, -1, 0);
}

/* Everything but who issued it and what it is for. NULL where the library fails. */
static X509 *make_certificate(const char *name, EVP_PKEY *key, long days)
{
    X509 *certificate = X509_new();
    if (certificate != NULL && X509_set_version(certificate, X509_VERSION_3) &&
        set_serial(certificate) && set_name(certificate, name) &&
        X509_gmtime_adj(X509_getm_notBefore(certificate), -SKEW_S) != NULL &&
        X509_gmtime_adj(X509_getm_notAfter(certificate), days * DAY_S) != NULL &&
        X509_set_pubkey(certificate, key)) {
        return certificate;
    }
    X509_free(certificate);
    return NULL;
}

static X509 *make_ca(const char *cluster, EVP_PKEY *key)
{
    X509 *ca = make_certificate(cluster, key, CA_DAYS);
    if (ca != NULL && X509_set_issuer_name(ca, X509_get_subject_name(ca)) &&
        add_extension(ca, ca, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
        add_extension(ca, ca, NID_key_usage, "critical,keyCertSign,cRLSign") &&
        add_extension(ca, ca, NID_subject_key_identifier, "hash") &&
        X509_sign(ca, key, EVP_sha256())) {
        return ca;
    }
    X509_free(ca);
    return NULL;
}

static X509 *make_node(const char *name, const char *hosts, EVP_PKEY *key, X509 *ca,
                       EVP_PKEY *ca_key)
{
    X509 *node = make_certificate(name, key, NODE_DAYS);
    if (node != NULL && X509_set_issuer_name(node, X509_get_subject_name(ca)) &&
        add_extension(node, ca, NID_basic_constraints, "critical,CA:FALSE") &&
        add_extension(node, ca, NID_key_usage, "critical,digitalSignature") &&
        add_extension(node, ca, NID_ext_key_usage, "serverAuth,clientAuth") &&
        add_extension(node, ca, NID_subject_alt_name, hosts) &&
        X509_sign(node, ca_key, EVP_sha256())) {
        return node;
    }
    X509_free(node);
    return NULL;
}

/* ---- The command -------------------------------------------------------------------------- */

static int report_library(void)
{
    terminal_report("the TLS library failed to make a certificate; is it whole?");
    return COMMAND_USAGE;
}

static int write_pair(const char *folder, const char *name, EVP_PKEY *key, X509 *certificate)
{
    if (certificate == NULL) {
        return report_library();
    }
    int is_done = write_key(folder, name, key) && write_certificate(folder, name, certificate);
    if (is_done) {
        printf("%s/%s.crt\n%s/%s.key\n", folder, name, folder, name);
    }
    return is_done ? COMMAND_DONE : COMMAND_USAGE;
}

static int run_ca(const char *folder, const char *cluster)
{
    if (mkdir(folder, S_IRWXU) != 0 && errno != EEXIST) {
        terminal_report("cannot make: %s: %s; check the path", folder, strerror(errno));
        return COMMAND_USAGE;
    }
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *ca = key == NULL ? NULL : make_ca(cluster, key);
    int exit_code = write_pair(folder, ca_name, key, ca);
    X509_free(ca);
    EVP_PKEY_free(key);
    return exit_code;
}

/* "IP:10.0.0.5,DNS:one.example,…": the --host values, and this machine's own names. 0 after a
 * report. */
static int list_hosts(const arguments *given, text_buffer *out_hosts)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    unsigned char address[sizeof(struct in6_addr)];
    text_append(out_hosts, "DNS:localhost,IP:127.0.0.1,IP:::1");
    for (size_t i = 0; i < arguments_count(given, "host"); i++) {
        const char *host = arguments_text_at(given, "host", i);
        int is_address =
            inet_pton(AF_INET, host, address) == 1 || inet_pton(AF_INET6, host, address) == 1;
        if (!is_address && host[strspn(host, letters)] != '\0') {
            terminal_report("--host: not a name or an address: %s; give neither port nor brackets",
                            host);
            return 0;
        }
        text_append_format(out_hosts, ",%s:%s", is_address ? "IP" : "DNS", host);
    }
    return 1;
}

static int name_is_valid(const char *name)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    if (name[strspn(name, letters)] != '\0' || strlen(name) > 64 || strcmp(name, ca_name) == 0) {
        terminal_report("not a node's name: %s; letters, digits, - and _, and not %s", name,
                        ca_name);
        return 0;
    }
    return 1;
}

static int run_node(const arguments *given, const char *folder, const char *name)
{
    text_buffer hosts = TEXT_EMPTY;
    FILE *ca_file = NULL;
    FILE *key_file = NULL;
    int exit_code = COMMAND_USAGE;
    if (name_is_valid(name) && list_hosts(given, &hosts)) {
        ca_file = open_file(folder, ca_name, "crt");
        key_file = ca_file == NULL ? NULL : open_file(folder, ca_name, "key");
    }
    if (key_file != NULL) {
        X509 *ca = PEM_read_X509(ca_file, NULL, NULL, NULL);
        EVP_PKEY *ca_key = PEM_read_PrivateKey(key_file, NULL, NULL, NULL);
        EVP_PKEY *key = EVP_EC_gen("P-256");
        if (ca == NULL || ca_key == NULL || !X509_check_private_key(ca, ca_key)) {
            terminal_report("not a CA and its key: %s/%s.crt and .key; make a new one elsewhere",
                            folder, ca_name);
        } else {
            X509 *node = key == NULL ? NULL : make_node(name, text_get(&hosts), key, ca, ca_key);
            exit_code = write_pair(folder, name, key, node);
            X509_free(node);
        }
        EVP_PKEY_free(key);
        EVP_PKEY_free(ca_key);
        X509_free(ca);
        fclose(key_file);
    }
    if (ca_file != NULL) {
        fclose(ca_file);
    }
    text_deinit(&hosts);
    return exit_code;
}

static int run(const arguments *given)
{
    const char *cluster = arguments_text(given, "cluster");
    if (given->operand_count == 1) {
        return run_ca(given->operands[0], cluster == NULL ? "stemedb" : cluster);
    }
    return run_node(given, given->operands[0], given->operands[1]);
}

static const arguments_option options[] = {
    {.name = "cluster",
     .value = "NAME",
     .kind = ARGUMENTS_TEXT,
     .help = "what the CA calls itself (default: stemedb)"},
    {.name = "host",
     .value = "HOST",
     .kind = ARGUMENTS_TEXT,
     .is_repeatable = 1,
     .help = "a name or address under which the node is reached; give one --host for each"},
    {.name = NULL},
};

static const char *const examples[] = {
    "steme cluster-cert certificates",
    "steme cluster-cert certificates one --host 10.0.0.5 --host one.example",
    NULL,
};

const command command_cluster_cert = {
    .name = "cluster-cert",
    .operands = "DIR [NODE]",
    .summary = "make a CA for a cluster, and certificates for its nodes",
    .details =
        "With DIR alone: DIR/ca.crt and DIR/ca.key, a new authority for ten years. With NODE:\n"
        "DIR/NODE.crt and DIR/NODE.key, signed by it, for 825 days; localhost is always among\n"
        "its names. Keys have mode 0600; no file is ever overwritten. Whoever holds ca.key can\n"
        "make members: keep it off the nodes, which need ca.crt and their own pair only.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = 2,
    .run = run,
};
