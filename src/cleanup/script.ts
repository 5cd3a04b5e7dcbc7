import { IGNORED_EVERYWHERE, IGNORED_ON_OPENSHIFT, ignoredInIstioNamespace } from './ignored-objects';
import { FUNCTIONS } from './script-functions';
import type { CleanupTarget, InstalledIstio, PartRemoval, Removal } from './target';

/** Number of names in one call of kubectl: the length of a command line is limited. */
const NAMES_PER_CALL = 50;

/** The clean-up as a script for POSIX shells, which the Job runs and a person can run. */
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
    ...ignoredObjectLines(istio),
    '',
    FUNCTIONS,
    ...istio ? clusterCheckLines(istio) : [],
    ...section('Services, and who calls them', plan.services.flatMap(removalLines)),
    ...section('Our part of what others write to', plan.parts.map(partRemovalLine)),
    ...section('Resolvers', plan.resolvers.flatMap(removalLines)),
    ...istio ? istioLines(istio) : [],
    ...section('The CA', plan.trust.flatMap(removalLines)),
    ...section(
      'Namespaces that were made here, unless others use them',
      plan.namespaces.map(namespace => call('remove_namespace', namespace)),
    ),
    '',
    'exit "$left"',
    '',
  ].join('\n');
}

/** Lines under a title; no line when there is nothing under it. */
function section(title: string, lines: string[]): string[] {
  return lines.length > 0 ? ['', `# ${title}.`, ...lines] : [];
}

/** Reads the argument: none, `--dry-run`, or the program that uninstalls Istio. For another argument the script exits without changes. */
function argumentLines(istio?: InstalledIstio): string[] {
  const programs = Object.keys(istio?.uninstallCommands ?? {});
  return [
    'case "$#:${1:-}" in',
    `  ${['0:', ...programs.map(program => `1:${program}`)].join(' | ')}) ;;`,
    '  1:--dry-run) dry=--dry-run=server ;;',
    `  *) printf 'usage: sh clean-up.sh [%s]\\n' ${quoted(['--dry-run', ...programs].join(' | '))} >&2; exit 2 ;;`,
    'esac',
  ];
}

/** Variables for the function that tells whether a namespace holds objects of others. */
function ignoredObjectLines(istio?: InstalledIstio): string[] {
  const variables = {
    nobodys: IGNORED_EVERYWHERE.join('|'),
    openshifts: IGNORED_ON_OPENSHIFT.join('|'),
    istio: istio?.namespace ?? '',
    istios: istio ? ignoredInIstioNamespace(istio.revision).join('|') : '',
  };
  return Object.entries(variables).map(([name, value]) => `${name}=${quoted(value)}`);
}

/** Exits without changes when istiod reports another cluster name: there, objects of the same names belong to that cluster. */
function clusterCheckLines({ cluster, namespace }: InstalledIstio): string[] {
  const containers = '{{range .items}}{{range .spec.template.spec.containers}}';
  const clusterId = '{{range .env}}{{if eq .name "CLUSTER_ID"}}{{with .value}}{{.}} {{end}}{{end}}{{end}}';
  const template = `${containers}${clusterId}{{end}}{{end}}`;
  const known = `${quoted(cluster)} | Kubernetes`;
  return section(`Whether this is ${cluster}: its istiod knows; "Kubernetes" is what one says that was not told`, [
    `if open ${quoted(namespace)}; then`,
    `  ${findIstiod(namespace, `go-template=${template}`)}`,
    '  for found in $answer; do',
    `    case $found in ${known}) ;; *) printf 'this is cluster %s: nothing was done\\n' "$found" >&2; exit 2 ;; esac`,
    '  done',
    'fi',
  ]);
}

/** Uninstalls Istio when the argument asks for it, and exits while istiod still runs: the CA and the namespaces stay until then. */
function istioLines({ namespace, engineStep, uninstallCommands }: InstalledIstio): string[] {
  const programs = Object.entries(uninstallCommands);
  const ways = [...engineStep ? [engineStep] : [], ...programs.map(([program]) => `sh clean-up.sh ${program}`)];
  const advice = ways.length > 0 ? `: ${ways.join(', or: ')}` : '';
  const cases = programs.map(([program, command]) => `  ${program}) ${command} ;;`);
  return section('Istio goes the way it came: its CA and namespaces stay until it is gone', [
    ...cases.length > 0 ? ['case ${1:-} in', ...cases, 'esac'] : [],
    `if open ${quoted(namespace)}; then`,
    `  ${findIstiod(namespace, 'name')}`,
    '  if [ -n "$answer" ] && [ -z "$dry" ]; then',
    `    by_hand ${quoted(`Istio still runs in ${namespace}. Remove it the way it came, then run this again${advice}`)}`,
    '    exit "$left"',
    '  fi',
    'fi',
  ]);
}

/** Asks for the Deployments of istiod; `output` is the value of kubectl's option of that name. */
function findIstiod(namespace: string, output: string): string {
  const value = output === 'name' ? output : quoted(output);
  return `ask deployments.apps --namespace=${quoted(namespace)} --selector=app=istiod --output=${value}`;
}

function removalLines(removal: Removal): string[] {
  const { path, namespace = '', names } = removal;
  const lines: string[] = [];
  for (let i = 0; i < names.length; i += NAMES_PER_CALL) {
    lines.push(call('remove', path, resourceOf(removal), namespace, ...names.slice(i, i + NAMES_PER_CALL)));
  }
  return lines;
}

function partRemovalLine({ part, ...object }: PartRemoval): string {
  const { namespace = '', names: [name] } = object;
  const kind = resourceOf(object);
  // The dotted form of a JSON pointer, for messages to people.
  const field = part.path.replace(/^\//, '').replace(/\//g, '.').replace(/~1/g, '/').replace(/~0/g, '~');
  const test = (value: string) => ({ op: 'test', path: part.path, value });
  if ('element' in part) {
    return call('remove_element', kind, name, part.path, part.element);
  }
  if ('ours' in part) {
    const key = field.slice(field.indexOf('.') + 1);
    const template = `{{with .data}}{{with index . "${key}"}}there{{end}}{{end}}`;
    const removal = [test(part.ours), { op: 'remove', path: part.path }];
    return call('remove_key', kind, name, namespace, template, JSON.stringify(removal), field);
  }
  const replacement = [test(part.merged), { op: 'replace', path: part.path, value: part.without }];
  const isRemoved = [test(part.without)];
  return call('put_back', kind, name, namespace, JSON.stringify(replacement), JSON.stringify(isRemoved), field);
}

/** Name of a resource as kubectl takes it, with the API group. */
function resourceOf({ group, plural }: Removal): string {
  return group ? `${plural}.${group}` : plural;
}

/** A call of a function of the script. */
function call(name: string, ...args: string[]): string {
  return [name, ...args.map(quoted)].join(' ');
}

/** A word of the shell that stands for the text, whatever characters the text holds. */
function quoted(text: string): string {
  return `'${text.replace(/'/g, "'\\''")}'`;
}
