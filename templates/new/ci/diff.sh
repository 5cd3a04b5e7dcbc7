#!/usr/bin/env bash
# Writes diff.md: what dist changes for whom since a commit. A CI system posts it as a comment.
set -euo pipefail
against=$1
all=$(mktemp)

# The exit code is 1 where there are differences.
npx istio-mesh diff --against "$against" -o markdown > "$all" || [ $? -eq 1 ]

# A comment of GitHub has 65,536 characters at most.
if [ "$(wc -c < "$all")" -gt 60000 ]; then
  { head -c 60000 "$all"; printf '\n\n...\n'; } > diff.md
  echo 'diff.md is cut: run "npx istio-mesh diff" to see all of it'
else
  cp "$all" diff.md
fi
cat diff.md
