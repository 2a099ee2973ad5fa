// expect: nothing
package main

import (
	"os"
	"runtime/pprof"
)

func profile(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return pprof.StartCPUProfile(f)
}
