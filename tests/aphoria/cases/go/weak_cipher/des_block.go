// expect: cipher/algorithm = des
package legacy

import (
	"crypto/cipher"
	"crypto/des"
)

func encrypt(key, iv, plain []byte) ([]byte, error) {
	block, err := des.NewCipher(key)
	if err != nil {
		return nil, err
	}
	out := make([]byte, len(plain))
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(out, plain)
	return out, nil
}
