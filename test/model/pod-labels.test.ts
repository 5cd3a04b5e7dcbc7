import { App, Chart } from 'cdk8s';
import * as fc from 'fast-check';
import { EgressGateway, ImportName, IstioRelease, ServiceExport, ServiceVersion } from '../../src';
import { clusters, errorOf, exporter, HTTP, remote } from '../mistakes/mistake';

type Labels = { [key: string]: string };

const istio = IstioRelease.V1_31;
const inChart = () => new Chart(new App(), 'chart');

/** Every place where a user writes labels. */
const PLACES: ReadonlyArray<readonly [string, (labels: Labels) => unknown]> = [
  ['selector of an egress gateway', selector => EgressGateway.service({ selector })],
  ['selector of an ingress gateway', ingressGatewaySelector => clusters().mesh.addCluster(
    'c', { ingressGatewaySelector },
  )],
  ['pod labels of a version', podLabels => ServiceVersion.withLabels('v1', podLabels)],
  ['selector of an import', selector => ImportName.local({ selector })],
  ['pod labels of a version of an import', v1 => ImportName.local({ versionLabels: { v1 } })],
  ['gateway selector of an export', gatewaySelector => exported({ gatewaySelector })],
  ['pods of an export', workloadSelector => exported({ workloadSelector })],
  ['pods of an export of a cluster', workloadSelector => clusters().one.exportService(
    'a', { namespace: 'b', ports: HTTP, workloadSelector },
  )],
  ['pods of a RemoteService', workloadSelector => remote([{ ...exporter('c'), workloadSelector }])],
  ['pods of a version of a RemoteService', v1 => remote([{ ...exporter('c'), versions: ['v1'], versionLabels: { v1 } }])],
];

function exported(options: { readonly gatewaySelector?: Labels; readonly workloadSelector?: Labels }): ServiceExport {
  return new ServiceExport(inChart(), 'e', { istio, name: 'a', namespace: 'b', ...options });
}

const REFUSED: Labels[] = [
  { app: '-' }, { app: 'a-' }, { app: '.a' }, { app: 'a b' }, { app: 'a/b' }, { app: 'é' }, { app: 'a'.repeat(64) }, { app: 'a\n' },
  { '': 'a' }, { 'a/': 'b' }, { '/a': 'b' }, { 'A/b': 'c' }, { 'a/b/c': 'd' }, { ['k'.repeat(64)]: 'a' },
];

const ACCEPTED: Labels[] = [
  { app: '' }, { app: '1' }, { app: '1e3' }, { app: 'true' }, { app: '1.5' }, { app: 'a_b' }, { app: 'a'.repeat(63) }, { App: 'A' },
  { 'example.com/app': 'a' }, { 1: '2' }, { ['k'.repeat(63)]: 'a' },
];

describe.each(PLACES)('the %s', (_, declare) => {
  test.each(REFUSED)('%j is refused, as Kubernetes refuses it', labels => {
    expect(errorOf(() => declare(labels)).code).toBe('MESH001');
  });

  test('is not without labels', () => {
    expect(errorOf(() => declare({})).code).toBe('MESH004');
  });

  test.each([1, true, 1e21])('%p is refused: the value of a label is a text', value => {
    expect(errorOf(() => declare({ app: value as unknown as string })).code).toBe('MESH057');
  });

  test.each(ACCEPTED)('%j is accepted', labels => {
    expect(() => declare(labels)).not.toThrow();
  });
});

test('a value is accepted exactly when Kubernetes accepts it', () => {
  const value = fc.string({ unit: fc.constantFrom(...'aZ09-_./ é'), maxLength: 70 });
  fc.assert(fc.property(value, app => {
    const isValid = app.length <= 63 && /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/.test(app);
    const declare = () => ServiceVersion.withLabels('v1', { app });
    expect(isValid ? declare().podLabels : errorOf(declare).code).toEqual(isValid ? { app } : 'MESH001');
  }));
});
