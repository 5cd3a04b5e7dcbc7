//go:build tools

// Package parts pins the Helm that proofs run.
package parts

import _ "helm.sh/helm/v4/cmd/helm"
