//go:build tools

// Package parts pins the go-jsonnet that the bench runs.
package parts

import _ "github.com/google/go-jsonnet/cmd/jsonnet"
