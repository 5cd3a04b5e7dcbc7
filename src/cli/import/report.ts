import { counted } from '../counted';
import { Entry, Fate } from './draft/ledger';
import type { Conversion } from './refine';
import { printable } from '../../errors/printable';
import { problemText } from '../../errors/problem';
import { titleOf } from '../../written/manifest';
import { placeText } from '../../written/source';

/** The fates of objects, in the order in which a person reads them. */
const FATES: ReadonlyArray<readonly [Fate, string]> = [
  ['not expressed', 'not expressed: the program does not say this, or not all of it'],
  ['replaced', 'replaced: the program says it otherwise, or needs it no more'],
  ['taken', 'taken: the program writes it'],
];

/** The report for people, and how many objects are not expressed. */
export function reportText({ ledger, problems, added }: Conversion): string {
  const all = ledger.all;
  const sections = FATES.flatMap(([fate, heading]) => {
    const entries = all.filter(entry => entry.fate === fate);
    return entries.length === 0 ? [] : [`${heading} (${entries.length})`, ...entries.flatMap(entryLines), ''];
  });
  const left = all.filter(({ fate }) => fate === 'left alone');
  const remove = all.filter(entry => entry.remove);
  return [
    ...problems.length > 0 ? ['the program writes nothing until you correct these', ...problems
      .map(problem => `  ${problemText(problem)}`), ''] : [],
    ...sections,
    ...left.length > 0 ? [`left alone, since it is not of the mesh (${left.length})`, ...kindLines(left), ''] : [],
    ...added.length > 0 ? [`new: what a program adds (${added.length})`, ...added
      .map(([cluster, manifest]) => `  ${cluster}  ${titleOf(manifest)}`), ''] : [],
    ...remove.length > 0 ? [
      `delete once the new objects are applied (${remove.length})`, ...remove
        .map(({ cluster, manifest }) => `  ${cluster}  ${titleOf(manifest)}`), '',
    ] : [],
    ...ledger.decisions.length > 0 ? ['decide', ...ledger.decisions.map(decision => `  ${decision}`), ''] : [],
    summaryLine(all, problems.length),
  ].map(printable).join('\n');
}

function entryLines({ cluster, manifest, reasons }: Entry): string[] {
  return [`  ${cluster}  ${titleOf(manifest)}  ${placeText({ file: manifest.file.path, line: manifest.line })}`, ...reasons
    .map(reason => `    ${reason}`)];
}

/** How many objects of each kind there are; those with a reason are listed. */
function kindLines(entries: readonly Entry[]): string[] {
  const counts = new Map<string, number>();
  const plain = entries.filter(({ reasons }) => reasons.length === 0);
  plain.forEach(({ manifest }) => counts.set(manifest.kind, (counts.get(manifest.kind) ?? 0) + 1));
  const kinds = [...counts].sort(([a], [b]) => a < b ? -1 : 1).map(([kind, count]) => `${count} ${kind}`);
  return [...entries.filter(({ reasons }) => reasons.length > 0).flatMap(entryLines), ...kinds.length > 0 ? [`  ${kinds.join(', ')}`] : []];
}

function summaryLine(all: readonly Entry[], problems: number): string {
  const count = (fate: Fate) => all.filter(entry => entry.fate === fate).length;
  const fates = (['taken', 'replaced', 'not expressed', 'left alone'] as const).map(fate => `${count(fate)} ${fate}`).join(', ');
  return `${counted(all.length, 'object')}: ${fates}${problems > 0 ? `; ${counted(problems, 'problem')} of the program` : ''}`;
}

/** The report for programs. */
export function reportJson({ ledger, problems, added }: Conversion, program: string, clusters: readonly string[]): object {
  return {
    schemaVersion: 1,
    clusters,
    program,
    objects: ledger.all.map(({ cluster, manifest, fate, reasons, remove }) => ({
      cluster,
      apiVersion: manifest.apiVersion,
      kind: manifest.kind,
      ...manifest.namespace !== '' && { namespace: manifest.namespace },
      name: manifest.name,
      place: { file: manifest.file.path, line: manifest.line },
      fate,
      reasons,
      remove,
      ...fate === 'not expressed' && { code: 'MESH101' },
    })),
    added: added.map(([cluster, { apiVersion, kind, namespace, name }]) => ({
      cluster,
      apiVersion,
      kind,
      ...namespace !== ''
      && { namespace },
      name,
    })),
    decisions: ledger.decisions,
    problems: problems.map(({ code, where, what, fix, expected }) => ({
      code,
      where,
      what,
      fix,
      ...expected !== undefined
      && { expected },
    })),
  };
}

/** Whether everything is expressed, and the program writes it. */
export function isComplete({ ledger, problems }: Conversion): boolean {
  return problems.length === 0 && ledger.all.every(({ fate }) => fate !== 'not expressed');
}
