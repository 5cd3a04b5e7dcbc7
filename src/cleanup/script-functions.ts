/** Template of kubectl: the position of the element of a list that has the name $4. */
const INDEX_OF_ELEMENT = '{{range \\$i, \\$e := .spec.servers}}{{if eq \\$e.name \\"$4\\"}}{{\\$i}}{{end}}{{end}}';

/** Operation of a JSON patch: it fails unless the element at $at still has the name $4. */
const TEST_ELEMENT = '{\\"op\\":\\"test\\",\\"path\\":\\"$3/$at/name\\",\\"value\\":\\"$4\\"}';

/** Operation of a JSON patch: it removes the element at $at. */
const REMOVE_ELEMENT = '{\\"op\\":\\"remove\\",\\"path\\":\\"$3/$at\\"}';

/** Template of kubectl: kind and name of each object that no other object owns. An owned object is deleted with its owner. */
const KIND_AND_NAME = '{{range .items}}{{if not .metadata.ownerReferences}}{{.kind}}/{{.metadata.name}}{{"\\n"}}{{end}}{{end}}';

/** Command that prints the name of each kind of namespaced objects that can be listed. */
const LIST_KINDS = 'kubectl api-resources --namespaced --verbs=list --output=name';

/** Functions that the lines of the clean-up script call. They run in any POSIX shell, with kubectl and `paste`. */
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
  ask "$1" "$2" --output="go-template=${INDEX_OF_ELEMENT}"
  [ -n "$answer" ] || return 0
  at=$answer
  kubectl patch "$1" "$2" --type=json --patch="[${TEST_ELEMENT},${REMOVE_ELEMENT}]" $dry
}

# What is in a namespace that somebody made. What goes by itself is given a minute.
foreign() {
  tries=0 ours=$nobodys
  [ "$1" != "$istio" ] || ours="$ours|$istios"
  case $kinds in *.openshift.io*) ours="$ours|$openshifts" ;; esac
  while :; do
    found=$(kubectl get "$kinds" --namespace="$1" --output='go-template=${KIND_AND_NAME}') || return 1
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
  kinds=$(${LIST_KINDS}) || { by_hand "namespace $1: not every kind can be listed"; return 0; }
  kinds=$(printf '%s' "$kinds" | paste -sd, -)
  others=$(foreign "$1") || { by_hand "namespace $1: what is in it cannot be listed"; return 0; }
  if [ -n "$others" ]; then
    by_hand "namespace $1 holds what others made:" $others
    return 0
  fi
  kubectl delete namespace "$1" --wait=false
}`;
