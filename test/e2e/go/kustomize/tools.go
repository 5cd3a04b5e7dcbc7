//go:build tools

// Package parts pins the kustomize that proofs run.
package parts

import _ "sigs.k8s.io/kustomize/kustomize/v5"
