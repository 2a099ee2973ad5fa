// expect: debug/endpoint/exposed = true
package main

import (
	"net/http"
	_ "net/http/pprof"
	"time"
)

func main() {
	s := &http.Server{Addr: "127.0.0.1:8080", ReadHeaderTimeout: 3 * time.Second}
	_ = s.ListenAndServe()
}
