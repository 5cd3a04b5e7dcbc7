//go:build tools

// Package parts pins what opens secrets and judges certificates in proofs.
package parts

import (
	_ "github.com/bitnami-labs/sealed-secrets/cmd/kubeseal"
	_ "github.com/getsops/sops/v3/cmd/sops"
	_ "github.com/zmap/zlint/v3/cmd/zlint"
)
