//go:build unix && !linux

package main

import "syscall"

// endWithUs can promise nothing here: only Linux tells a child that its parent died.
func endWithUs(attr *syscall.SysProcAttr, _ syscall.Signal) *syscall.SysProcAttr { return attr }
