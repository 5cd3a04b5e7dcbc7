#!/usr/bin/env bash
# kubectl for pods without a kubelet: sends `exec` into the container, and everything else to the real kubectl.
#   RIG_KUBECTL  path of the real kubectl
#   RIG_STATE    folder of the rig, in which CLUSTER/pods/POD/CONTAINER/root is the root of a container
# A context has the name of its cluster.
set -euo pipefail
cluster='' pod='' container='' namespace='' verb='' flags=()
for ((at = 1; at <= $#; at++)); do
  word=${!at}
  case $word in
    --) break ;;
    --container=*) container=${word#*=} ;;
    --namespace=*) namespace=${word#*=} ;;
    -*) flags+=("$word") ;;
    *) if [ -z "$verb" ]; then verb=$word; else pod=$word; fi ;;
  esac
  case $word in --context=*) cluster=${word#*=} ;; esac
done
if [ "$verb" != exec ]; then
  exec "$RIG_KUBECTL" "$@"
fi
# The API server says whether the pod exists and the user may enter it, as for the real command.
"$RIG_KUBECTL" "${flags[@]}" get pod "$pod" --namespace="$namespace" --output=name > /dev/null
"$RIG_KUBECTL" "${flags[@]}" auth can-i create pods --subresource=exec --namespace="$namespace" --quiet || {
  echo "Error from server (Forbidden): pods \"$pod\" is forbidden: the user cannot create resource \"pods/exec\"" >&2
  exit 1
}
# The process that started first is that of the container; others can be such commands, which end at any moment. Their numbers do not tell:
# the kernel begins again at the lowest free one.
root="$RIG_STATE/$cluster/pods/$pod/$container/root"
started() {
  find /proc/[0-9]*/root -maxdepth 0 -lname "$root" -printf '%h/stat\n' 2> /dev/null | while read -r stat; do
    sed -nE 's/^([0-9]+) .*\) ([^ ]+ ){19}([0-9]+) .*/\3 \1/p' "$stat" 2> /dev/null || true
  done
}
process=$( (started || true) | sort -k1,1n -k2,2n | sed -n '1s/.* //p')
if [ -z "$process" ]; then
  echo "error: no process of container $container of pod $pod runs" >&2
  exit 1
fi
exec nsenter --target "$process" --mount --net --root --wd -- "${@:at + 1}"
