import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';
import { toYaml } from '../../../src/output/yaml';

/** The object of a fault: found among the manifests of a cluster, and changed or dropped. */
interface Place {
  readonly cluster: string;
  readonly isIt: (object: any) => boolean;
  readonly change: (object: any) => void | 'dropped';
}

/** Changes the first object that fits; false where none does. */
export function planted(outdir: string, { cluster, isIt, change }: Place): boolean {
  const folder = join(outdir, cluster);
  // A cluster without objects has no folder.
  if (!existsSync(folder)) {
    return false;
  }
  return readdirSync(folder).filter(file => file.endsWith('.yaml')).some(file => {
    const path = join(folder, file);
    const object = parse(readFileSync(path, 'utf8'));
    if (!isIt(object)) {
      return false;
    }
    if (change(object) === 'dropped') {
      rmSync(path);
    } else {
      writeFileSync(path, toYaml(object, { sortKeys: false }));
    }
    return true;
  });
}
