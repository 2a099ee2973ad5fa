/* expect: tls/cert_verification/enabled = false; tls/hostname_verification/enabled = false */
#include <curl/curl.h>

int fetch(const char *url, FILE *out)
{
    CURL *easy = curl_easy_init();
    CURLcode code;
    if (!easy)
        return -1;
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, out);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, 20L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    code = curl_easy_perform(easy);
    curl_easy_cleanup(easy);
    return code == CURLE_OK ? 0 : -1;
}
