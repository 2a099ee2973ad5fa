// expect: ssh/host_key_verification/enabled = false
package deploy

import (
	"time"

	"golang.org/x/crypto/ssh"
)

func connect(addr, user string, signer ssh.Signer) (*ssh.Client, error) {
	config := &ssh.ClientConfig{
		User:            user,
		Auth:            []ssh.AuthMethod{ssh.PublicKeys(signer)},
		HostKeyCallback: ssh.InsecureIgnoreHostKey(),
		Timeout:         5 * time.Second,
	}
	return ssh.Dial("tcp", addr, config)
}
