// expect: nothing
package server

import "crypto/tls"

func config(certs []tls.Certificate) *tls.Config {
	return &tls.Config{Certificates: certs, MinVersion: tls.VersionTLS13}
}
