//go:build tools

// Package parts pins the Argo CD that proofs run.
package parts

import _ "github.com/argoproj/argo-cd/v3/cmd"
