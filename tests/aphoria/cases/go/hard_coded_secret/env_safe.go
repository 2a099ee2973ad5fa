// expect: nothing
package auth

import (
	"errors"
	"os"
)

const passwordKey = "auth.password"

func secret() ([]byte, error) {
	password := os.Getenv("APP_PASSWORD")
	if password == "" {
		return nil, errors.New("APP_PASSWORD is not set; see docs/passwords.md")
	}
	return []byte(password), nil
}
