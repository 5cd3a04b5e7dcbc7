//go:build tools

// Package parts pins the newest CoreDNS that proofs run.
package parts

import _ "github.com/coredns/coredns"
