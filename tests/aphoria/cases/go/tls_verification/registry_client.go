// expect: tls/cert_verification/enabled = false
package registry

import (
	"crypto/tls"
	"net/http"
	"time"
)

type Client struct {
	http *http.Client
	base string
}

func NewClient(base string, insecure bool) *Client {
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{
			MinVersion:         tls.VersionTLS12,
			InsecureSkipVerify: true, // self-signed in the lab
		},
		MaxIdleConns: 20,
	}
	return &Client{http: &http.Client{Transport: transport, Timeout: 30 * time.Second}, base: base}
}
