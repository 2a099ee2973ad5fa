// expect: nothing
package registry

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"time"
)

// NewTransport never sets InsecureSkipVerify: true; a private CA goes into the pool.
func NewTransport(pool *x509.CertPool) *http.Client {
	cfg := &tls.Config{RootCAs: pool, InsecureSkipVerify: false, MinVersion: tls.VersionTLS13}
	return &http.Client{Transport: &http.Transport{TLSClientConfig: cfg}, Timeout: 10 * time.Second}
}
