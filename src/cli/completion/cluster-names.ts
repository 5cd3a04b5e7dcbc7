import { join } from 'path';
import { orUndefined } from '../../errors/mesh-error';
import { entriesOf } from '../../files/read';
import { isDnsLabel } from '../../names';
import { RESERVED_FOLDERS } from '../../output/folder-names';
import { PKI } from '../../pki/pki-folder';

/**
 * Names of clusters by the names of folders, in the output folder and in `pki/`. A folder can have any name, so only those that can be a
 * cluster are shown.
 * @param given values of options that name other folders
 */
export function clusterNames(given: ReadonlyMap<string, string[]>): string[] {
  const outputs = (given.get('--folder') ?? ['dist']).filter(folder => !folder.includes('='));
  const pki = given.get('--dir')?.[0] ?? 'pki';
  const names = [...outputs, join(pki, PKI.clusters)].flatMap(
    folder => (orUndefined(() => entriesOf(folder)) ?? []).filter(entry => entry.isDirectory()).map(({ name }) => name),
  );
  return [...new Set(names)].filter(name => isDnsLabel(name) && !RESERVED_FOLDERS.includes(name)).sort();
}
