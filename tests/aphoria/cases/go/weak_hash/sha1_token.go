// expect: hash/algorithm = sha1
package token

import (
	"crypto/sha1"
	"fmt"
	"io"
)

func fingerprint(secret, user string) string {
	h := sha1.New()
	io.WriteString(h, secret)
	io.WriteString(h, user)
	return fmt.Sprintf("%x", h.Sum(nil))
}
