// expect: nothing
package store

import "database/sql"

func tune(db *sql.DB) {
	db.SetMaxIdleConns(0)
	db.SetMaxOpenConns(25)
}
