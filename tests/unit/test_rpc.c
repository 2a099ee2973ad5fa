/* What may be spoken to, and whether that is beyond this machine. */
#include "support/test.h"

#include "common/rpc.h"

static void addresses_have_a_host_and_a_port(void **state)
{
    static const char *const good[] = {
        "127.0.0.1:7601", "localhost:0",   "node-1.example_net:65535",
        "[::1]:7601",     "[fe80::1%2]:1", "unix:claims/socket",
    };
    static const char *const bad[] = {
        "",         ":",          "7601",    ":7601",         "host:",       "host:65536",
        "host:-1",  "host:7601 ", "ho st:1", "host:0x10",     "host:000001", "::1:7601",
        "[::1]",    "[::1:7601",  "[]x:1",   "dns:///host:1", "unix:",       "h\n:1",
        "[::1]x:1", "a/b:1",
    };
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(rpc_address_is_valid(good[i]));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(rpc_address_is_valid(bad[i]));
    }
}

static void only_loopback_and_sockets_are_local(void **state)
{
    static const char *const local[] = {"127.0.0.1:1", "127.1.2.3:1", "localhost:1", "[::1]:1",
                                        "unix:socket"};
    static const char *const remote[] = {"0.0.0.0:1",     "128.0.0.1:1",      "10.0.0.1:1",
                                         "[::]:1",        "localhost.evil:1", "127.0.0.1.evil:1",
                                         "example.org:1", "127.1:1"};
    (void)state;
    for (size_t i = 0; i < sizeof local / sizeof local[0]; i++) {
        assert_true(rpc_address_is_local(local[i]));
    }
    for (size_t i = 0; i < sizeof remote / sizeof remote[0]; i++) {
        assert_false(rpc_address_is_local(remote[i]));
    }
}

static void every_status_has_a_code_and_every_code_a_name(void **state)
{
    (void)state;
    for (int status = STEME_OK; status <= STEME_CANCELLED; status++) {
        int is_ok = rpc_code_of((steme_status)status) == GRPC_STATUS_OK;
        assert_int_equal(is_ok, status == STEME_OK);
    }
    assert_string_equal(rpc_code_name(GRPC_STATUS_OK), "OK");
    assert_string_equal(rpc_code_name(GRPC_STATUS_UNAUTHENTICATED), "UNAUTHENTICATED");
    assert_string_equal(rpc_code_name((grpc_status_code)99), "UNKNOWN");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(addresses_have_a_host_and_a_port),
    cmocka_unit_test(only_loopback_and_sockets_are_local),
    cmocka_unit_test(every_status_has_a_code_and_every_code_a_name),
};

TEST_MAIN(tests)
