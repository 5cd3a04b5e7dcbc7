//go:build tools

// Package parts pins the CUE that the bench runs.
package parts

import _ "cuelang.org/go/cmd/cue"
