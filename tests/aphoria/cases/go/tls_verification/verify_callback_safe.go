// expect: nothing
package peer

import "crypto/tls"

const help = "use -insecure to set InsecureSkipVerify = true (never in production)"

func serverConfig(cert tls.Certificate) *tls.Config {
	return &tls.Config{
		Certificates: []tls.Certificate{cert},
		ClientAuth:   tls.RequireAndVerifyClientCert,
		MinVersion:   tls.VersionTLS12,
	}
}
