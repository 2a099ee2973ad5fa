// expect: secret/hard_coded/encryption_key = true
package auth

import "github.com/golang-jwt/jwt/v5"

var jwtSecret = []byte("q8Zr4!mVb2Lx9TnW6sYp")

func issue(claims jwt.MapClaims) (string, error) {
	return jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString(jwtSecret)
}
