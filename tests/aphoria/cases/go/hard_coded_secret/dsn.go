// expect: secret/hard_coded/connection_string = true
package store

import (
	"database/sql"

	_ "github.com/lib/pq"
)

func open() (*sql.DB, error) {
	return sql.Open("postgres", "postgres://billing:Xk29vQpL7w@db.internal:5432/billing?sslmode=verify-full")
}
