// expect: timeout/present = false
package feed

import "net/http"

var client = &http.Client{}

func fetch(url string) (*http.Response, error) { return client.Get(url) }
