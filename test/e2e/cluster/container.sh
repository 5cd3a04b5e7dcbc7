#!/usr/bin/env bash
# Runs one container of a pod: its own root file system (an overlay over this machine's), its volumes at their paths, in
# the pod's network namespace, as the user that its manifest names. Mounts vanish with the process.
#   container.sh NETNS FOLDER UID COMMAND...
# FOLDER holds upper/, work/, root/, and mounts: lines of "source<TAB>path".
set -euo pipefail
netns=$1 folder=$2 uid=$3
shift 3
# shellcheck disable=SC2016
exec ip netns exec "$netns" unshare --mount --propagation private bash -euc '
  folder=$1 uid=$2
  shift 2
  mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" "$folder/root"
  for system in proc dev sys; do mount --rbind "/$system" "$folder/root/$system"; done
  while IFS=$'"'\t'"' read -r source path; do
    target="$folder/root$path"
    if [ -d "$source" ]; then mkdir -p "$target"; else mkdir -p "$(dirname "$target")"; touch "$target"; fi
    mount --bind "$source" "$target"
  done < "$folder/mounts"
  exec chroot --userspec="$uid:$uid" "$folder/root" "$@"
' container "$folder" "$uid" "$@"
