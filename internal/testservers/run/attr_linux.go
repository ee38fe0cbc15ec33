package main

import "syscall"

// endWithUs has the kernel send sig to the child when this process dies, however it dies.
func endWithUs(attr *syscall.SysProcAttr, sig syscall.Signal) *syscall.SysProcAttr {
	attr.Pdeathsig = sig
	return attr
}
