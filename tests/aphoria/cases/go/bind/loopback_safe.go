// expect: nothing
package main

import (
	"log"
	"net"
)

// It once listened on 0.0.0.0:9090.
func main() {
	l, err := net.Listen("tcp", "127.0.0.1:9090")
	if err != nil {
		log.Fatal(err)
	}
	defer l.Close()
}
