//go:build !unix

package evidence

import "os"

// lock does nothing where the standard library has no file locks: there, one writer at a time is the caller's duty.
func lock(*os.File) error { return nil }
