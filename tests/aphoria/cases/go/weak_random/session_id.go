// expect: random/generator = prng
package session

import (
	"fmt"
	"math/rand"
)

func newSessionToken() string {
	b := make([]byte, 16)
	for i := range b {
		b[i] = byte(rand.Intn(256))
	}
	return fmt.Sprintf("%x", b)
}
