// expect: nothing
package store

import "fmt"

const usage = "postgres://user:password@localhost:5432/dbname"

func dsn(user, password, host string) string {
	return fmt.Sprintf("postgres://%s:%s@%s/billing?sslmode=verify-full", user, password, host)
}
