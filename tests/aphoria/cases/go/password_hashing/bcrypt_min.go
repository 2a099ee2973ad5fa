// expect: password_hash/bcrypt/cost = 4
package account

import "golang.org/x/crypto/bcrypt"

func hash(password []byte) ([]byte, error) {
	return bcrypt.GenerateFromPassword(password, bcrypt.MinCost)
}
