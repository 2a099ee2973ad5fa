// expect: tls/cert_verification/enabled = false
package mail

import (
	"crypto/tls"
	"net/smtp"
)

func send(host string, from string, to []string, body []byte) error {
	conf := tls.Config{ServerName: host}
	conf.InsecureSkipVerify = true
	conn, err := tls.Dial("tcp", host+":465", &conf)
	if err != nil {
		return err
	}
	c, err := smtp.NewClient(conn, host)
	if err != nil {
		return err
	}
	return c.Mail(from)
}
