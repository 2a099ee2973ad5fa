// expect: file/permissions = world_writable
package cache

import "os"

func prepare(dir string) error {
	if err := os.MkdirAll(dir, 0777); err != nil {
		return err
	}
	return nil
}
