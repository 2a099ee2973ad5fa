// expect: key/rsa/bits = 1024
package keys

import (
	"crypto/rand"
	"crypto/rsa"
)

func generate() (*rsa.PrivateKey, error) {
	return rsa.GenerateKey(rand.Reader, 1024)
}
