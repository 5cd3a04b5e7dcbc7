import { App, Chart, Testing } from 'cdk8s';
import { GlobalDns, Httpbin, IstioRelease, MeshNamespace, MeshNamespaceOptions, PodSecurityLevel, Sleep } from '../../src';

const istio = IstioRelease.V1_31;

/** The objects that `build` adds to a chart. */
function objectsOf(build: (chart: Chart) => unknown): any[] {
  const chart = new Chart(new App(), 'chart');
  build(chart);
  return Testing.synth(chart);
}

function labelsWith(options: MeshNamespaceOptions): { [label: string]: string } | undefined {
  return objectsOf(chart => new MeshNamespace(chart, 'foo', { istio, name: 'foo', ...options }))[0].metadata.labels;
}

describe('a namespace', () => {
  test('gets a Pod Security label for each level, beside the label for injection', () => {
    const podSecurity = { enforce: PodSecurityLevel.BASELINE, warn: PodSecurityLevel.RESTRICTED, version: 'v1.34' };
    expect(labelsWith({ podSecurity })).toEqual({
      'istio-injection': 'enabled',
      'pod-security.kubernetes.io/enforce': 'baseline',
      'pod-security.kubernetes.io/enforce-version': 'v1.34',
      'pod-security.kubernetes.io/warn': 'restricted',
      'pod-security.kubernetes.io/warn-version': 'v1.34',
    });
  });

  test('gets none unless asked', () => {
    expect(labelsWith({})).toEqual({ 'istio-injection': 'enabled' });
    expect(labelsWith({ injection: false })).toBeUndefined();
    expect(labelsWith({ injection: false, podSecurity: { audit: PodSecurityLevel.PRIVILEGED } })).toEqual(
      { 'pod-security.kubernetes.io/audit': 'privileged' },
    );
  });

  test.each<{ name: string; podSecurity: any; code: string }>([
    { name: 'no level', podSecurity: { version: 'latest' }, code: 'MESH004' },
    { name: 'an unknown level', podSecurity: { enforce: 'strict' }, code: 'MESH057' },
    { name: 'a version that is none', podSecurity: { enforce: 'baseline', version: '1.34' }, code: 'MESH057' },
    { name: 'a patch version', podSecurity: { enforce: 'baseline', version: 'v1.34.1' }, code: 'MESH057' },
    { name: 'an unknown mode', podSecurity: { deny: 'baseline' }, code: 'MESH057' },
  ])('with $name is refused', ({ podSecurity, code }) => {
    expect(() => labelsWith({ podSecurity })).toThrow(new RegExp(`^${code}`));
  });

  test.each(['latest', 'v1.34'])('accepts the version %s', version => {
    expect(() => labelsWith({ podSecurity: { enforce: PodSecurityLevel.RESTRICTED, version } })).not.toThrow();
  });
});

describe('samples', () => {
  const samples = [{ name: 'sleep', Sample: Sleep }, { name: 'httpbin', Sample: Httpbin }];

  test.each(samples)('$name has a security context on request, and is else as in Istio', ({ name, Sample }) => {
    const podWith = (restricted?: boolean) => objectsOf(chart => new Sample(chart, name, { istio, namespace: 'foo', restricted }))
      .find(({ kind }) => kind === 'Deployment').spec.template.spec;
    expect(JSON.stringify(podWith())).not.toContain('securityContext');
    expect(podWith(false)).toEqual(podWith());
    const { securityContext, containers: [container] } = podWith(true);
    expect(securityContext).toEqual(
      { runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, seccompProfile: { type: 'RuntimeDefault' } },
    );
    expect(container.securityContext).toEqual({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } });
  });

  test('of Istio 1.5 cannot be restricted', () => {
    const add = (restricted: boolean) => () => objectsOf(
      chart => new Httpbin(chart, 'httpbin', { istio: IstioRelease.V1_5, namespace: 'foo', restricted }),
    );
    expect(add(true)).toThrow(/^MESH008 .*run as root/);
    expect(add(false)).not.toThrow();
  });
});

test('the image of the resolver has a readable tag, and is pinned by a digest', () => {
  const objects = objectsOf(chart => new GlobalDns(chart, 'dns', { istio, clusterIp: '10.96.0.53', services: [] }));
  const { image } = objects.find(({ kind }) => kind === 'Deployment').spec.template.spec.containers[0];
  expect(image).toMatch(/^registry\.k8s\.io\/coredns\/coredns:v1\.12\.4@sha256:[0-9a-f]{64}$/);
});
