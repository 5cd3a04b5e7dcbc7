import { world } from './entries';
import { GatewayService, IstioRelease, Mesh, Routing, StringMatch } from '../../src';

/** An untyped program passes what it likes. */
function untyped<T>(value: unknown): T {
  return value as T;
}

const MISTAKES: Array<{ readonly name: string; readonly make: () => unknown; readonly message: RegExp }> = [
  {
    name: 'a misspelt option of a construct',
    make: () => new Mesh(world().app, 'x', untyped({ istio: IstioRelease.V1_31, sufix: 'corp' })),
    message: /^MESH057 Mesh 'x': unknown option 'sufix' \(did you mean 'suffix'\?\): got "corp", expected one of .+; fix: write suffix$/,
  },
  {
    name: 'a release that is a string, by the code of releases',
    make: () => new Mesh(world().app, 'x', untyped({ istio: '1.31' })),
    message: /^MESH008 .*: got "1\.31", expected an IstioRelease; fix: write IstioRelease\.V1_31$/,
  },
  {
    name: 'a DNS platform that is a string',
    make: () => world().mesh.addCluster('x', untyped({ dns: 'coredns' })),
    message: /^MESH057 addCluster\('x'\): option 'dns' is of another kind: got "coredns", expected a ClusterDns/,
  },
  {
    name: 'a caller that is a string, at its place in the list',
    make: () => world().one.exportService('x', untyped({ namespace: 'y', ports: world().service.ports, allow: ['web'] })),
    message: /^MESH057 one\.exportService\('x'\): option 'allow\[0\]' is of another kind: got "web", expected an AllowedCaller/,
  },
  {
    name: 'a header match that is a string',
    make: () => Routing.weights({ v1: 100 }).whenHeaders(untyped({ user: 'jason' }), { v1: 100 }),
    message: /^MESH057 Routing\.whenHeaders: argument 'headers\["user"\]' is of another kind: got "jason", expected a StringMatch/,
  },
  {
    name: 'a string where an object belongs',
    make: () => GatewayService.loadBalancer(untyped('internal')),
    message: /^MESH057 GatewayService\.loadBalancer: the options are no object: got "internal"/,
  },
  {
    name: 'several mistakes of one object, in one error',
    make: () => world().mesh.addCluster('x', untyped({ revison: 'a', strictMtls: 'yes', globalDns: { replicas: '2' } })),
    message: /4 options are wrong: .*'globalDns\.clusterIp' is missing.*'globalDns\.replicas'.*'strictMtls'.*'revison' \(did you mean 'rev/,
  },
];

test.each(MISTAKES)('refuses $name', ({ make, message }) => {
  expect(make).toThrow(message);
});

/** What is near such a mistake and right. */
const NEAR_MISSES: Array<{ readonly name: string; readonly make: () => unknown }> = [
  { name: 'null for all options', make: () => world().mesh.addCluster('x', untyped(null)) },
  {
    name: 'null in an object of options within options',
    make: () => world().mesh.addCluster('x', untyped({
      globalDns: { clusterIp: '10.96.0.53', replicas: null },
    })),
  },
  { name: 'an unknown option that is undefined', make: () => world().mesh.addCluster('x', untyped({ other: undefined })) },
  { name: 'an object without a prototype', make: () => world().mesh.addCluster('x', Object.create(null)) },
  {
    name: 'an object whose options are getters',
    make: () => world().mesh.addCluster('x', new class {
      public get locality(): string {
        return 'eu';
      }
    }()),
  },
  {
    name: 'a key of jsii, which is a symbol',
    make: () => world().mesh.addCluster('x', untyped({ [Symbol.for('$__jsii__objid__$')]: 'x@1' })),
  },
  { name: 'a header match', make: () => Routing.weights({ v1: 100 }).whenHeaders({ user: StringMatch.exact('x') }, { v1: 100 }) },
];

test.each(NEAR_MISSES)('accepts $name', ({ make }) => {
  expect(make).not.toThrow();
});

test('a value of a class of another copy of the library is accepted', () => {
  jest.isolateModules(() => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- a second copy cannot be imported
    const other = require('../../src/model/egress-gateway') as typeof import('../../src');
    expect(() => world().mesh.addCluster('x', { egressGateway: other.EgressGateway.service() })).not.toThrow();
  });
});
