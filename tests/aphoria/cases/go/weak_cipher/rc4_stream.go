// expect: cipher/algorithm = rc4
package wire

import "crypto/rc4"

type obfuscator struct{ enc *rc4.Cipher }

func newObfuscator(key []byte) (*obfuscator, error) {
	c, err := rc4.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return &obfuscator{enc: c}, nil
}
