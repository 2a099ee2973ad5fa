// expect: nothing
package keys

import (
	"crypto/rand"
	"crypto/rsa"
)

const bits = 3072 // 1024 is refused

func generate() (*rsa.PrivateKey, error) {
	return rsa.GenerateKey(rand.Reader, bits)
}
