//go:build tools

// Package parts pins the promtool that proofs run.
package parts

import _ "github.com/prometheus/prometheus/cmd/promtool"
