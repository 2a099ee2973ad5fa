// expect: tls/version/minimum = 1
package server

import (
	"crypto/tls"
	"net/http"
	"time"
)

func serve(handler http.Handler) error {
	s := &http.Server{
		Addr:              "127.0.0.1:8443",
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		TLSConfig:         &tls.Config{MinVersion: tls.VersionTLS10},
	}
	return s.ListenAndServeTLS("cert.pem", "key.pem")
}
