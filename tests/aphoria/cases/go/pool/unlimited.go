// expect: pool/bounded = false
package store

import "database/sql"

func tune(db *sql.DB) {
	db.SetMaxIdleConns(10)
	db.SetMaxOpenConns(0)
}
