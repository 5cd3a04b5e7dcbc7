import { GatewayAddress, IstioRelease } from '../src';
import { Clusters, clusters, errorOf, exporter, HTTP, remote } from './mistakes/mistake';
import { MeshError } from '../src/errors/mesh-error';

/** A refused declaration, beside a correct one of the same name. */
interface Correction {
  readonly name: string;
  readonly wrong: (clusters: Clusters) => unknown;
  readonly right: (clusters: Clusters) => unknown;
}

const CORRECTIONS: Correction[] = [
  {
    name: 'an export',
    wrong: c => c.one.exportService('a', { namespace: 'b', ports: HTTP, allow: [] }),
    right: c => c.one.exportService('a', { namespace: 'b', ports: HTTP }),
  },
  {
    name: 'a cluster',
    wrong: c => c.mesh.addCluster('c', { revision: 'A' }),
    right: c => c.mesh.addCluster('c'),
  },
  {
    name: 'a namespace',
    wrong: c => c.one.addNamespace('A'),
    right: c => c.one.addNamespace('a'),
  },
  {
    name: 'an import',
    wrong: c => c.one.importService(remote([exporter('c')]), { namespace: 'foo', addresses: ['127.0.0.1'] }),
    right: c => c.one.importService(remote([exporter('c')]), { namespace: 'foo' }),
  },
];

test.each(CORRECTIONS)('$name that is refused adds no construct, and can be declared again', ({ wrong, right }) => {
  const c = clusters();
  const before = c.app.node.findAll().length;
  expect(() => wrong(c)).toThrow(MeshError);
  expect(c.app.node.findAll().length).toBe(before);
  expect(() => right(c)).not.toThrow();
});

test('an error shortens a long value', () => {
  expect(errorOf(() => GatewayAddress.of('x'.repeat(10_000))).message.length).toBeLessThan(600);
  expect(errorOf(() => IstioRelease.of('9'.repeat(10_000))).message.length).toBeLessThan(600);
});
