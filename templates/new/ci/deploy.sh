#!/usr/bin/env bash
# Commits dist of the newest commit of main to the branch "deploy", which holds nothing else. Clusters apply this branch, so they get
# nothing that was not tested.
set -euo pipefail
export GIT_AUTHOR_NAME=ci GIT_AUTHOR_EMAIL=ci@example.invalid GIT_COMMITTER_NAME=ci GIT_COMMITTER_EMAIL=ci@example.invalid

# A job that runs again later must not bring old folders back.
git fetch --quiet --depth 1 origin main
if [ "$(git rev-parse FETCH_HEAD)" != "$(git rev-parse HEAD)" ]; then
  echo 'main has a newer commit, whose own job deploys'
  exit 0
fi

parent=
if git ls-remote --exit-code --heads origin deploy > /dev/null; then
  git fetch --quiet --depth 1 origin deploy
  parent=$(git rev-parse FETCH_HEAD)
  if [ "$(git rev-parse "$parent^{tree}")" = "$(git rev-parse HEAD:dist)" ]; then
    echo 'dist did not change'
    exit 0
  fi
fi

message=$(git log -1 --format='%s%n%nFrom %H')
commit=$(git commit-tree 'HEAD:dist' ${parent:+-p "$parent"} -m "$message")
# A branch that moved in between refuses the push.
git push --quiet origin "$commit:refs/heads/deploy"
echo "deploy is now $commit"
