//go:build tools

// Package parts pins the types of Flux's helm-controller, and what makes definitions of them as that project does.
package parts

import (
	_ "github.com/fluxcd/helm-controller/api/v2"
	_ "sigs.k8s.io/controller-tools/cmd/controller-gen"
)
