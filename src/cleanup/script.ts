import type { CleanupPlan, Removal, TakeOut } from './removal';

/** The Istio of a cluster, which is not removed here: it goes the way it came. */
export interface InstalledIstio {
  /** The name that its istiod knows the cluster by. */
  readonly cluster: string;
  readonly namespace: string;
  /** How an engine removes it; undefined when none installed it. */
  readonly byEngine?: string;
  /** The commands that remove it by hand, by the program that installed it. */
  readonly byHand: { readonly [program: string]: string };
}

/** What is cleaned up. */
export interface CleanupTarget {
  /** Where it runs: the name of the cluster or chart. */
  readonly name: string;
  readonly plan: CleanupPlan;
  readonly istio?: InstalledIstio;
}

/** Names in one call of kubectl: a command line has an end. */
const AT_ONCE = 50;

/**
 * What Kubernetes, its platforms and Istio put into namespaces by themselves, and what goes by itself: nobody's work is
 * lost with it. Objects that another object owns go with their owner.
 */
const NOBODYS = [
  'Event/.*', 'ConfigMap/kube-root-ca\\.crt', 'ServiceAccount/default', 'Secret/default-token-.*', '(Role|RoleBinding)/mesh-cleanup-.*',
  // What istiod locks by, and leaves; with revisions their names end in one.
  'ConfigMap/istio-ca-root-cert', '(ConfigMap|Lease)/istio-[a-z-]*(leader|election|deployment|inferencepool|ip-autoallocate|node-untaint)(-.*)?',
  // istioctl uninstall leaves it with the base of Istio.
  'ServiceAccount/istio-reader-service-account',
  // OpenShift, GKE.
  'ConfigMap/openshift-service-ca\\.crt', 'ServiceAccount/(builder|deployer)', 'RoleBinding/system:(deployers|image-builders|image-pullers)',
  'Secret/(builder|default|deployer)-(dockercfg|token)-.*', 'ResourceQuota/gke-resource-quotas',
];

/** The clean-up as a script for POSIX shells: the Job runs it, and so can a person. */
export function cleanupScript({ name, plan, istio }: CleanupTarget): string {
  return [
    '#!/bin/sh',
    `# Removes from ${name} what cdk8s-istio-multicluster made there, and nothing else.`,
    '# It can be run again: what is gone is passed over. Stop first what applies the folder (Argo CD, Flux), or it brings all back.',
    '# Needs kubectl, in the context of the cluster. sh clean-up.sh --dry-run changes nothing.',
    'set -eu',
    'left=0',
    'dry=',
    ...argumentLines(istio),
    `nobodys=${quoted(NOBODYS.join('|'))}`,
    '',
    FUNCTIONS,
    ...istio ? contextLines(istio) : [],
    ...section('Services, and who calls them', plan.services.flatMap(removal)),
    ...section('Our part of what others write to', plan.takeOuts.map(takeOut)),
    ...section('Resolvers', plan.resolvers.flatMap(removal)),
    ...istio ? istioLines(istio) : [],
    ...section('The CA', plan.trust.flatMap(removal)),
    ...section('Namespaces that were made here, unless others use them', plan.namespaces.map(namespace => `remove_namespace ${quoted(namespace)}`)),
    '',
    'exit "$left"',
    '',
  ].join('\n');
}

const FUNCTIONS = `# Whether the API server knows a kind: objects of a kind that is gone are gone.
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

# Whether a namespace is there. When it is gone, so is all that was in it.
open() {
  ask namespace "$1" --ignore-not-found --output=name
  [ -n "$answer" ]
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
  tries=0
  while :; do
    found=$(kubectl get "$kinds" --namespace="$1" --output='go-template={{range .items}}{{if not .metadata.ownerReferences}}{{.kind}}/{{.metadata.name}}{{"\\n"}}{{end}}{{end}}') || return 1
    found=$(printf '%s\\n' "$found" | grep -v '^$' | grep -vxE "$nobodys" || :)
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

function section(title: string, lines: string[]): string[] {
  return lines.length > 0 ? ['', `# ${title}.`, ...lines] : [];
}

function removal({ path, group, plural, namespace, names }: Removal): string[] {
  const kind = group ? `${plural}.${group}` : plural;
  const lines: string[] = [];
  for (let i = 0; i < names.length; i += AT_ONCE) {
    lines.push(['remove', ...[path, kind, namespace ?? '', ...names.slice(i, i + AT_ONCE)].map(quoted)].join(' '));
  }
  return lines;
}

function takeOut({ group, plural, namespace, names: [name], part }: TakeOut): string {
  const kind = group ? `${plural}.${group}` : plural;
  const place = part.path.replace(/^\//, '').replace(/\//g, '.').replace(/~1/g, '/').replace(/~0/g, '~');
  const test = (value: string) => ({ op: 'test', path: part.path, value });
  if ('element' in part) {return ['remove_element', ...[kind, name, part.path, part.element].map(quoted)].join(' ');}
  if ('ours' in part) {
    const key = place.slice(place.indexOf('.') + 1);
    const template = `{{with .data}}{{with index . "${key}"}}there{{end}}{{end}}`;
    return ['remove_key', ...[kind, name, namespace ?? '', template, JSON.stringify([test(part.ours), { op: 'remove', path: part.path }]), place].map(quoted)].join(' ');
  }
  const patches = [[test(part.merged), { op: 'replace', path: part.path, value: part.without }], [test(part.without)]];
  return ['put_back', ...[kind, name, namespace ?? '', ...patches.map(patch => JSON.stringify(patch)), place].map(quoted)].join(' ');
}

/** What it is told: nothing, to change nothing, or by which program Istio goes. A word that is not understood removes nothing. */
function argumentLines(istio?: InstalledIstio): string[] {
  const words = ['--dry-run', ...Object.keys(istio?.byHand ?? {})];
  return [
    'case ${1:-} in',
    `  ${["''", ...words.slice(1)].join(' | ')}) ;;`,
    '  --dry-run) dry=--dry-run=server ;;',
    `  *) printf 'usage: sh clean-up.sh [%s]\\n' ${quoted(words.join(' | '))} >&2; exit 2 ;;`,
    'esac',
  ];
}

/** In another cluster objects of these names are others'. */
function contextLines({ cluster, namespace }: InstalledIstio): string[] {
  const template = '{{range .items}}{{range .spec.template.spec.containers}}{{range .env}}{{if eq .name "CLUSTER_ID"}}{{with .value}}{{.}} {{end}}{{end}}{{end}}{{end}}{{end}}';
  return section(`Whether this is ${cluster}: its istiod knows; "Kubernetes" is what one says that was not told`, [
    `if open ${quoted(namespace)}; then`,
    `  ask deployments.apps --namespace=${quoted(namespace)} --selector=app=istiod --output=${quoted(`go-template=${template}`)}`,
    '  for found in $answer; do',
    `    case $found in ${quoted(cluster)} | Kubernetes) ;; *) printf 'this is cluster %s: nothing was done\\n' "$found" >&2; exit 2 ;; esac`,
    '  done',
    'fi',
  ]);
}

/** Istio goes the way it came; what comes after waits for it. */
function istioLines({ namespace, byEngine, byHand }: InstalledIstio): string[] {
  const programs = Object.entries(byHand);
  const ways = [...byEngine ? [byEngine] : [], ...programs.map(([program]) => `sh clean-up.sh ${program}`)];
  const advice = ways.length > 0 ? `: ${ways.join(', or: ')}` : '';
  return section('Istio goes the way it came: its CA and namespaces stay until it is gone', [
    ...programs.length > 0 ? ['case ${1:-} in', ...programs.map(([program, command]) => `  ${program}) ${command} ;;`), 'esac'] : [],
    `if open ${quoted(namespace)}; then`,
    `  ask deployments.apps --namespace=${quoted(namespace)} --selector=app=istiod --output=name`,
    '  if [ -n "$answer" ] && [ -z "$dry" ]; then',
    `    by_hand ${quoted(`Istio still runs in ${namespace}. Remove it the way it came, then run this again${advice}`)}`,
    '    exit "$left"',
    '  fi',
    'fi',
  ]);
}

/** A word of the shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replace(/'/g, "'\\''")}'`;
}
