// expect: random/generator = prng
package account

import (
	"fmt"
	"math/rand"
)

func resetCode() string {
	code := fmt.Sprintf("%06d", rand.Int63n(1000000))
	return code
}
