/* expect: nothing */
#include <curl/curl.h>

/* CURLOPT_SSL_VERIFYPEER, 0L is for nobody. */
void options(CURL *easy, const char *ca)
{
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_CAINFO, ca);
    curl_easy_setopt(easy, CURLOPT_HEADER, 0L);
}
