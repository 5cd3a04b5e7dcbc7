import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { loadAll } from 'js-yaml';
import { declareMesh } from '../bench/mesh';
import { MeshApp } from '../src';
import { temporaryFolder } from './temporary-folder';

/** The objects in a folder of YAML files, sorted. */
function objectsIn(folder: string): unknown[] {
  const files = readdirSync(folder).filter(file => file.endsWith('.yaml'));
  const objects = files.flatMap(file => loadAll(readFileSync(join(folder, file), 'utf8'))) as any[];
  const keyOf = ({ kind, metadata }: any) => `${kind}/${metadata.name}`;
  return objects.sort((a, b) => keyOf(a) < keyOf(b) ? -1 : 1);
}

describe('the bench', () => {
  test('compares with a program of plain cdk8s that still writes the objects of this library', () => {
    const [ours, plain] = ['ours', 'plain'].map(name => join(temporaryFolder('bench'), name));
    const size = { clusters: 3, imports: 5 };
    const app = new MeshApp({ outdir: ours });
    declareMesh(app, size);
    app.synth();
    const { argv } = process;
    try {
      process.argv = ['node', 'plain.js', plain, String(size.clusters), String(size.imports)];
      jest.requireActual('../bench/programs/plain');
    } finally {
      process.argv = argv;
    }
    for (const cluster of ['cluster-0', 'cluster-1', 'cluster-2']) {
      expect(objectsIn(join(plain, cluster))).toEqual(objectsIn(join(ours, cluster)));
    }
  });
});
