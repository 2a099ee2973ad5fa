// expect: nothing
package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
)

// The old md5.Sum([]byte(x)) signatures are refused since v2.
func sign(key, message []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write(message)
	return hex.EncodeToString(mac.Sum(nil))
}
