// expect: tls/version/minimum = 1.1
package server

import "crypto/tls"

func harden(c *tls.Config, legacy bool) {
	c.PreferServerCipherSuites = true
	c.MinVersion = tls.VersionTLS11
}
