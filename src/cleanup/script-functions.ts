/**
 * What Kubernetes, Istio and GKE put into every namespace by themselves, and what goes by itself: nobody's work is lost
 * with it. Objects that another object owns go with their owner.
 */
export const NOBODYS = [
  'Event/.*', 'ConfigMap/kube-root-ca\\.crt', 'ConfigMap/istio-ca-root-cert', 'ServiceAccount/default', 'Secret/default-token-[a-z0-9]{5}',
  '(Role|RoleBinding)/mesh-cleanup-.*', 'ResourceQuota/gke-resource-quotas',
];

/** What OpenShift puts into every namespace; elsewhere these may be anybody's. */
export const OPENSHIFTS = [
  'ConfigMap/openshift-service-ca\\.crt', 'ServiceAccount/(builder|deployer)', 'RoleBinding/system:(deployers|image-builders|image-pullers)',
  'Secret/(builder|default|deployer)-(dockercfg|token)-[a-z0-9]{5}',
];

/** What istiod locks by, and leaves in its namespace; of some there is one for each revision. */
const LOCKS = [
  'leader', 'gateway-leader', 'gateway-status-leader', 'status-leader', 'analyze-leader', 'gateway-deployment', 'gateway-deployment-leader', 'gateway-inferencepool',
  'node-untaint', 'ip-autoallocate', 'namespace-controller-election', 'validation-controller-election', 'clustertrustbundle-controller-election',
  'serviceexport-controller-election',
];

/** What is left of Istio in the namespace of its control plane: its locks, and what `istioctl uninstall` leaves with its base. */
export function leftByIstio(revision: string): string[] {
  return [`(ConfigMap|Lease)/istio-(${LOCKS.join('|')})(-${revision})?`, 'ServiceAccount/istio-reader-service-account'];
}

/** What the script is made of, for any POSIX shell. */
export const FUNCTIONS = `# Whether the API server knows a kind: objects of a kind that is gone are gone.
served() {
  found=$(kubectl get --raw "$1" 2>&1) || case $found in
    *NotFound* | *'could not find'*) return 1 ;;
    *) printf '%s\\n' "$found" >&2; exit 1 ;;
  esac
  case $found in *"\\"name\\":\\"$2\\""*) return 0 ;; *) return 1 ;; esac
}

# What kubectl answers; no answer is the end: it does not mean that nothing is there.
ask() {
  answer=$(kubectl get "$@") || exit 1
}

# Whether a namespace is there, and stays. With one that goes, or is gone, goes all that is in it, the right to look into it first.
open() {
  ask namespace "$1" --ignore-not-found --output='jsonpath={.status.phase}'
  [ "$answer" = Active ]
}

# Removes objects of a kind: path of its group, kind, namespace, names.
remove() {
  path=$1 kind=$2 namespace=$3
  shift 3
  open "$namespace" || return 0
  served "$path" "\${kind%%.*}" || return 0
  kubectl delete "$kind" "$@" --namespace="$namespace" --ignore-not-found --wait=false $dry
}

# Whether an object is there: kind, name, namespace.
there() {
  ask "$1" "$2" --namespace="$3" --ignore-not-found --output=name
  [ -n "$answer" ]
}

# Says what a person must do.
by_hand() {
  printf 'left: %s\\n' "$*" >&2
  left=1
}

# Takes our text out, as long as it is the one that was written: kind, name, namespace, patch, patch that finds it gone, place.
put_back() {
  there "$1" "$2" "$3" || return 0
  said=$(kubectl patch "$1" "$2" --namespace="$3" --type=json --patch="$4" $dry 2>&1) && { printf '%s\\n' "$said"; return 0; }
  kubectl patch "$1" "$2" --namespace="$3" --type=json --patch="$5" $dry >/dev/null 2>&1 && return 0
  by_hand "$6 of $1 $2 in $3 is not what was written: take our part out there ($said)"
}

# Removes our key, as long as it holds what was written: kind, name, namespace, template that prints it, patch, place.
remove_key() {
  there "$1" "$2" "$3" || return 0
  ask "$1" "$2" --namespace="$3" --output="go-template=$4"
  [ -n "$answer" ] || return 0
  said=$(kubectl patch "$1" "$2" --namespace="$3" --type=json --patch="$5" $dry 2>&1) && { printf '%s\\n' "$said"; return 0; }
  by_hand "$6 of $1 $2 in $3 is not what was written: remove it there ($said)"
}

# Removes an element from a list, by its name: kind, name, list, name of the element.
remove_element() {
  ask "$1" "$2" --ignore-not-found --output=name
  [ -n "$answer" ] || return 0
  ask "$1" "$2" --output="go-template={{range \\$i, \\$e := .spec.servers}}{{if eq \\$e.name \\"$4\\"}}{{\\$i}}{{end}}{{end}}"
  [ -n "$answer" ] || return 0
  at=$answer
  kubectl patch "$1" "$2" --type=json --patch="[{\\"op\\":\\"test\\",\\"path\\":\\"$3/$at/name\\",\\"value\\":\\"$4\\"},{\\"op\\":\\"remove\\",\\"path\\":\\"$3/$at\\"}]" $dry
}

# What is in a namespace that somebody made. What goes by itself is given a minute.
foreign() {
  tries=0 ours=$nobodys
  [ "$1" != "$istio" ] || ours="$ours|$istios"
  case $kinds in *.openshift.io*) ours="$ours|$openshifts" ;; esac
  while :; do
    found=$(kubectl get "$kinds" --namespace="$1" --output='go-template={{range .items}}{{if not .metadata.ownerReferences}}{{.kind}}/{{.metadata.name}}{{"\\n"}}{{end}}{{end}}') || return 1
    found=$(printf '%s\\n' "$found" | grep -v '^$' | grep -vxE "$ours" || :)
    tries=$((tries + 1))
    if [ -z "$found" ] || [ "$tries" -ge "\${TRIES:-12}" ]; then printf '%s' "$found"; return 0; fi
    sleep 5
  done
}

# Removes a namespace that holds nothing of others.
remove_namespace() {
  open "$1" || return 0
  [ -z "$dry" ] || { printf 'namespace %s, unless others use it by then\\n' "$1"; return 0; }
  kinds=$(kubectl api-resources --namespaced --verbs=list --output=name) || { by_hand "namespace $1: not every kind can be listed"; return 0; }
  kinds=$(printf '%s' "$kinds" | paste -sd, -)
  others=$(foreign "$1") || { by_hand "namespace $1: what is in it cannot be listed"; return 0; }
  if [ -n "$others" ]; then
    by_hand "namespace $1 holds what others made:" $others
    return 0
  fi
  kubectl delete namespace "$1" --wait=false
}`;
