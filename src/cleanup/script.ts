import { FUNCTIONS, leftByIstio, NOBODYS, OPENSHIFTS } from './script-functions';
import type { CleanupTarget, InstalledIstio, PartRemoval, Removal } from './target';

/** Names in one call of kubectl: a command line has an end. */
const AT_ONCE = 50;

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
    `openshifts=${quoted(OPENSHIFTS.join('|'))}`,
    `istio=${quoted(istio?.namespace ?? '')}`,
    `istios=${quoted(istio ? leftByIstio(istio.revision).join('|') : '')}`,
    '',
    FUNCTIONS,
    ...istio ? contextLines(istio) : [],
    ...section('Services, and who calls them', plan.services.flatMap(removal)),
    ...section('Our part of what others write to', plan.parts.map(takeOut)),
    ...section('Resolvers', plan.resolvers.flatMap(removal)),
    ...istio ? istioLines(istio) : [],
    ...section('The CA', plan.trust.flatMap(removal)),
    ...section(
      'Namespaces that were made here, unless others use them',
      plan.namespaces.map(namespace => `remove_namespace ${quoted(namespace)}`),
    ),
    '',
    'exit "$left"',
    '',
  ].join('\n');
}

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

function takeOut({ group, plural, namespace, names: [name], part }: PartRemoval): string {
  const kind = group ? `${plural}.${group}` : plural;
  const place = part.path.replace(/^\//, '').replace(/\//g, '.').replace(/~1/g, '/').replace(/~0/g, '~');
  const test = (value: string) => ({ op: 'test', path: part.path, value });
  if ('element' in part) {
    return ['remove_element', ...[kind, name, part.path, part.element].map(quoted)].join(' ');
  }
  if ('ours' in part) {
    const key = place.slice(place.indexOf('.') + 1);
    const template = `{{with .data}}{{with index . "${key}"}}there{{end}}{{end}}`;
    return [
      'remove_key',
      ...[kind, name, namespace ?? '', template, JSON.stringify([test(part.ours), { op: 'remove', path: part.path }]), place].map(quoted),
    ].join(' ');
  }
  const patches = [[test(part.merged), { op: 'replace', path: part.path, value: part.without }], [test(part.without)]];
  return ['put_back', ...[kind, name, namespace ?? '', ...patches.map(patch => JSON.stringify(patch)), place].map(quoted)].join(' ');
}

/** What it is told: nothing, to change nothing, or by which program Istio goes. A word that is not understood removes nothing. */
function argumentLines(istio?: InstalledIstio): string[] {
  const words = ['--dry-run', ...Object.keys(istio?.byHand ?? {})];
  return [
    'case "$#:${1:-}" in',
    `  ${['0:', ...words.slice(1).map(word => `1:${word}`)].join(' | ')}) ;;`,
    '  1:--dry-run) dry=--dry-run=server ;;',
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
