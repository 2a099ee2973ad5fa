// expect: file/permissions = world_writable
package state

import "os"

func save(path string, data []byte) error {
	return os.WriteFile(path, data, 0666)
}
