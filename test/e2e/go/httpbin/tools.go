//go:build tools

// Package parts pins the httpbin that proofs run.
package parts

import _ "github.com/mccutchen/go-httpbin/v2/cmd/go-httpbin"
