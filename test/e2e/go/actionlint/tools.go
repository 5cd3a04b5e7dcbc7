//go:build tools

// Package parts pins the linter of GitHub's workflows that proofs run.
package parts

import _ "github.com/rhysd/actionlint/cmd/actionlint"
