//go:build tools

// Package parts pins Flux's kustomize-controller, which proofs run.
package parts

import _ "github.com/fluxcd/kustomize-controller"
