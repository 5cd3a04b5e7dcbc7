import { GatewayAddress, IstioRelease } from '../src';
import { DUPLICATE_MISTAKES, EMPTY_MISTAKES, GATEWAY_AND_WORKLOAD_MISTAKES, UNKNOWN_MISTAKES } from './mistakes/declarations';
import { Clusters, clusters, exporter, HTTP, Mistake, remote } from './mistakes/mistake';
import { RELEASE_MISTAKES } from './mistakes/releases';
import { ADDRESS_MISTAKES, NAME_MISTAKES, PORT_MISTAKES, VIP_MISTAKES, WEIGHT_MISTAKES } from './mistakes/values';
import { MeshError } from '../src/errors/mesh-error';

const MISTAKES: Mistake[] = [
  ...NAME_MISTAKES,
  ...ADDRESS_MISTAKES,
  ...PORT_MISTAKES,
  ...EMPTY_MISTAKES,
  ...WEIGHT_MISTAKES,
  ...DUPLICATE_MISTAKES,
  ...UNKNOWN_MISTAKES,
  ...RELEASE_MISTAKES,
  ...VIP_MISTAKES,
  ...GATEWAY_AND_WORKLOAD_MISTAKES,
];

test.each(MISTAKES)('refuses $name, in the line that declares it', ({ mistake, code, hint }) => {
  const error = errorOf(() => mistake(clusters()));
  expect(error).toBeInstanceOf(MeshError);
  expect(error.code).toBe(code);
  expect(error.message).toMatch(new RegExp(`^${code} .+: .+; fix: .+$`));
  expect(error.message).toContain(hint);
});

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

function errorOf(declare: () => unknown): MeshError {
  try {
    declare();
  } catch (error) {
    return error as MeshError;
  }
  throw new Error('the declaration was not refused');
}
