import { addIstioObject, CheckCase, pair, Pair, reportedCodes, serviceByHand, testChecks } from './check-case';
import { ImportPath, IstioRelease } from '../../src';

const MUTUAL_TLS = { mode: 'ISTIO_MUTUAL', sni: 'outbound_.8000_._.httpbin.bar.svc.cluster.local' };

function addRule({ caller }: Pair, place: string, spec: object): void {
  addIstioObject(caller, 'DestinationRule', place, spec);
}

/** Imports two services through the egress gateway; `name` and the suffix decide whether their SNIs are equal. */
function importThroughEgress({ caller }: Pair, suffixes: string[], name: (i: number) => string, namespace: (i: number) => string): void {
  suffixes.forEach((suffix, i) => {
    caller.importService(serviceByHand(name(i), `elsewhere${i}`, suffix), { namespace: namespace(i), via: ImportPath.egressGateway() });
  });
}

const SUFFIXES = ['global', 'mesh.example'];

const CASES: CheckCase[] = [
  {
    code: 'MESH020',
    name: 'a second entry for an imported host',
    wrong: ({ caller }) => addIstioObject(caller, 'ServiceEntry', 'other/mine', { hosts: ['httpbin.bar.global'] }),
    right: ({ caller }) => {
      addIstioObject(caller, 'ServiceEntry', 'other/mine', { hosts: ['httpbin.bar.global'], exportTo: ['.'] });
      addIstioObject(caller, 'ServiceEntry', 'foo/mine', { hosts: ['elsewhere.example.com'] });
    },
  },
  {
    code: 'MESH021',
    name: 'a rule for an imported host without TLS',
    wrong: p => addRule(p, 'foo/mine', { host: 'httpbin.bar.global', exportTo: ['.'], trafficPolicy: { connectionPool: {} } }),
    right: p => {
      addRule(p, 'foo/mine', { host: 'httpbin.bar.global', exportTo: ['.'], trafficPolicy: { tls: MUTUAL_TLS } });
      addRule(p, 'foo/wildcard', { host: '*.global' });
      // Istio reads no rule of another namespace where the importing namespace has one.
      addRule(p, 'other/mine', { host: 'httpbin.bar.global' });
    },
  },
  {
    code: 'MESH021',
    name: 'a rule for an imported host whose mutual TLS has no SNI',
    wrong: p => {
      addRule(p, 'foo/mine', { host: 'httpbin.bar.global', exportTo: ['.'], trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } } });
    },
    right: p => addRule(p, 'foo/mine', { host: 'other.bar.global', trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } } }),
  },
  {
    code: 'MESH021',
    name: 'a subset and a port that replace the TLS of their rule',
    wrong: p => addRule(p, 'foo/mine', {
      host: 'httpbin.bar.global',
      exportTo: ['.'],
      trafficPolicy: { tls: MUTUAL_TLS },
      subsets: [{ name: 'a', trafficPolicy: { portLevelSettings: [{ port: { number: 8000 } }] } }],
    }),
    right: p => addRule(p, 'foo/mine', {
      host: 'httpbin.bar.global',
      exportTo: ['.'],
      trafficPolicy: { tls: MUTUAL_TLS },
      subsets: [{ name: 'a' }, { name: 'b', trafficPolicy: { tls: MUTUAL_TLS } }],
    }),
  },
  {
    code: 'MESH014',
    name: 'an import from a cluster of the mesh that does not export the service',
    wrong: ({ caller }) => caller.importService(serviceByHand('nothing', 'receiver'), { namespace: 'foo' }),
    right: ({ caller }) => caller.importService(serviceByHand('nothing', 'elsewhere'), { namespace: 'foo' }),
  },
  {
    code: 'MESH010',
    name: 'two hosts on one VIP',
    wrong: ({ caller }) => ['a', 'b'].forEach(name => {
      caller.importService(serviceByHand(name, 'elsewhere'), { namespace: 'foo', addresses: ['240.0.0.2'] });
    }),
    right: ({ caller }) => ['a', 'b'].forEach((name, i) => {
      caller.importService(serviceByHand(name, 'elsewhere'), { namespace: 'foo', addresses: [`240.0.0.${i + 2}`] });
    }),
  },
  {
    code: 'MESH013',
    name: 'two descriptions of one host',
    wrong: ({ caller }) => ['a', 'b'].forEach(cluster => caller.importService(serviceByHand('x', cluster), { namespace: cluster })),
    right: ({ caller }) => ['a', 'b'].forEach(namespace => caller.importService(serviceByHand('x', 'elsewhere'), { namespace })),
  },
  {
    code: 'MESH023',
    name: 'one SNI that leads to two sets of exporters behind one egress gateway',
    wrong: p => importThroughEgress(p, SUFFIXES, () => 'a', i => `foo${i}`),
    right: p => importThroughEgress(p, SUFFIXES, i => `a${i}`, () => 'foo'),
  },
];

testChecks(CASES);

describe('on 1.5, where every namespace sees every import,', () => {
  test('MESH013 is reported for one host with two VIPs or two paths', () => {
    const codesOf = (second: object) => {
      const { caller, receiver } = pair({}, IstioRelease.V1_5);
      caller.importService(receiver.exports[0], { namespace: 'second', ...second });
      return reportedCodes(caller);
    };
    expect(codesOf({ addresses: ['240.0.0.9'] })).toEqual(['MESH013']);
    expect(codesOf({ via: ImportPath.egressGateway() })).toEqual(['MESH013']);
    expect(codesOf({})).toEqual([]);
  });

  test('MESH021 is reported for a rule of any namespace without mutual TLS, and not for a missing SNI', () => {
    const codesOf = (tls: object, place: string) => {
      const old = pair({}, IstioRelease.V1_5);
      addRule(old, place, { host: 'httpbin.bar.global', trafficPolicy: { tls } });
      return reportedCodes(old.caller);
    };
    expect(codesOf({ mode: 'DISABLE' }, 'other/mine')).toEqual(['MESH021']);
    expect(codesOf({ mode: 'ISTIO_MUTUAL' }, 'foo/mine')).toEqual([]);
  });
});
