// expect: nothing
package cache

import "os"

func prepare(dir string, data []byte) error {
	if err := os.MkdirAll(dir, 0o750); err != nil { // not 0777
		return err
	}
	return os.WriteFile(dir+"/state", data, 0o600)
}
