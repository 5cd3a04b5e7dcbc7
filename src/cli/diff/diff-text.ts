import { createTwoFilesPatch } from 'diff';
import type { Change, MeshDiff, ObjectChange } from './changes';
import { printable, printableLines } from '../../errors/printable';
import type { SourceFolder } from '../../written/source';
import type { Colours } from '../terminal';

/** Version of the format of `diff -o json`. */
const SCHEMA_VERSION = 1;

const SIGNS = { added: '+', removed: '-', changed: '~' };

/** Differences as text for the terminal. */
export function diffText({ changes, objects }: MeshDiff, colours: Colours): string {
  const colour = { cuts: colours.red, opens: colours.green, changes: colours.yellow };
  const lines = clustersOf({ changes, objects }).flatMap(cluster => [
    colours.bold(nameOf(cluster)),
    ...inCluster(changes, cluster).map(({ effect, text }) => `  ${colour[effect](effect.padEnd(7))}  ${printable(text)}`),
    ...inCluster(objects, cluster).map(({ kind, object }) => `  ${SIGNS[kind]} ${printable(object)}`),
    '',
  ]);
  return lines.length > 0 ? lines.join('\n').trimEnd() : colours.green('no differences');
}

/** Differences as Markdown for the description of a pull request. */
export function diffMarkdown({ changes, objects }: MeshDiff): string {
  const clusters = clustersOf({ changes, objects });
  if (clusters.length === 0) {
    return 'The mesh does not change.';
  }
  return clusters.map(cluster => [
    `### ${escaped(nameOf(cluster))}`,
    '',
    ...inCluster(changes, cluster).map(({ effect, text }) => `- **${effect}**: ${escaped(text)}`),
    ...inCluster(objects, cluster).map(({ kind, object }) => `- ${kind}: ${escaped(object)}`),
  ].join('\n')).join('\n\n');
}

/** Differences as data: docs/reference/schemas/diff.schema.json. */
export function diffJson({ changes, objects }: MeshDiff): object {
  return { schemaVersion: SCHEMA_VERSION, changes: changes.map(({ cluster, effect, text }) => ({ cluster, effect, text })), objects };
}

/** The text of the files that differ, as a patch. */
export function diffYaml(before: SourceFolder[], after: SourceFolder[]): string {
  const [old, fresh] = [before, after].map(folders => new Map(folders.flatMap(
    ({ path, files }) => files.map(file => [`${path}/${file.name}`, file.text] as const),
  )));
  const names = [...new Set([...old.keys(), ...fresh.keys()])].sort().filter(name => old.get(name) !== fresh.get(name));
  return printableLines(names.map(name => createTwoFilesPatch(
    old.has(name) ? `a/${name}` : '/dev/null',
    fresh.has(name) ? `b/${name}` : '/dev/null',
    old.get(name) ?? '',
    fresh.get(name) ?? '',
  )).join(''));
}

function clustersOf({ changes, objects }: MeshDiff): string[] {
  return [...new Set([...changes, ...objects].map(({ cluster }) => cluster))].sort();
}

function inCluster<T extends Change | ObjectChange>(items: T[], cluster: string): T[] {
  return items.filter(item => item.cluster === cluster);
}

function nameOf(cluster: string): string {
  return cluster === '' ? 'outside clusters' : printable(cluster);
}

/** Text that Markdown and GitHub show as it is: no markup, links, mentions or HTML. */
function escaped(text: string): string {
  return printable(text).replace(/[\\`*_{}[\]<>()#|~!&]/g, '\\$&').replace(/@/g, '&#64;');
}
