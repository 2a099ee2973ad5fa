// expect: nothing
package feed

import (
	"net/http"
	"time"
)

var client = &http.Client{Timeout: 15 * time.Second}

func fetch(url string) (*http.Response, error) { return client.Get(url) }
