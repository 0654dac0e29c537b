//go:build unix

package browser

import (
	"os/exec"
	"syscall"
)

// group puts the program and its children into a group of their own, which ends with the context.
func group(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
}
