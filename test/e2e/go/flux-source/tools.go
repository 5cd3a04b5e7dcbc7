//go:build tools

// Package parts pins Flux's source-controller, which proofs run.
package parts

import _ "github.com/fluxcd/source-controller"
