import { writeFileSync } from 'fs';
import { join } from 'path';
import {
  ControlPlane, ControlPlaneProps, EgressGateway, GatewayAddress, GatewayService, GitOps, IstioRelease, Mesh, MeshApp,
  MeshClusterOptions, MeshTrust,
} from '../../src';
import { missingSettings, objectsIn, openPorts } from '../../src/cli/check-istio';
import { main } from '../../src/cli/main';
import type { RequiredSettings } from '../../src/model/required-setting';
import { toYaml } from '../../src/output/yaml';
import { temporaryFolder } from '../temporary-folder';

const BASE = { istio: IstioRelease.V1_31, cluster: 'cluster1', adopt: true };

/** Content of the only file that is written for an Istio of somebody else. */
function required(props: Partial<ControlPlaneProps> = {}): RequiredSettings {
  const files = new ControlPlane({ ...BASE, ...props }).files();
  expect(files.map(({ name, helm }) => [name, helm])).toEqual([['required-settings.yml', undefined]]);
  return files[0].content as RequiredSettings;
}

const GATEWAY_LABELS = { app: 'istio-ingressgateway', istio: 'ingressgateway' };

/** Settings of an Istio, each as the mesh needs it. */
interface Installed {
  mesh?: object;
  istiodEnv?: object[];
  domain?: string;
  gatewayEnv?: object[];
  ports?: object[];
  selector?: object;
  gatewayNamespace?: string;
}

/** Objects of an Istio that has what the mesh needs, save what is given. */
function installed({ mesh, istiodEnv, domain, gatewayEnv, ports, selector, gatewayNamespace = 'istio-system' }: Installed = {}): object[] {
  const proxyMetadata = { ISTIO_META_DNS_CAPTURE: 'true' };
  const container = (name: string, fields: object) => ({ template: { spec: { containers: [{ name, ...fields }] } } });
  const istiod = container('discovery', {
    args: ['discovery', '--domain', domain ?? 'cluster.local'],
    env: istiodEnv ?? [{ name: 'PILOT_SCOPE_GATEWAY_TO_NAMESPACE', value: 'true' }],
  });
  const gateway = container('istio-proxy', { env: gatewayEnv ?? [{ name: 'ISTIO_META_REQUESTED_NETWORK_VIEW', value: 'cluster1' }] });
  const labelled = (spec: { template: object }, labels: object) => ({ template: { ...spec.template, metadata: { labels } } });
  return [
    {
      kind: 'ConfigMap',
      metadata: { name: 'istio', namespace: 'istio-system' },
      data: { mesh: toYaml(mesh ?? { defaultConfig: { proxyMetadata } }, { sortKeys: false }) },
    },
    {
      kind: 'Deployment',
      metadata: { name: 'istiod', namespace: 'istio-system' },
      spec: labelled(istiod, { 'app': 'istiod', 'istio.io/rev': 'default' }),
    },
    { kind: 'Deployment', metadata: { name: 'gateway', namespace: gatewayNamespace }, spec: labelled(gateway, GATEWAY_LABELS) },
    {
      kind: 'Service',
      metadata: { name: 'gateway', namespace: gatewayNamespace },
      spec: { selector: selector ?? GATEWAY_LABELS, ports: ports ?? [{ port: 15443, targetPort: 15443 }] },
    },
  ];
}

describe('an Istio of somebody else', () => {
  test('must have what imports and exports depend on', () => {
    expect(required({ egressGateway: EgressGateway.service() }).settings.map(({ setting, value }) => [setting, value])).toEqual([
      ['meshConfig.trustDomain', 'cluster.local'],
      ['meshConfig.defaultConfig.proxyMetadata.ISTIO_META_DNS_CAPTURE', 'true'],
      ['istiod.domain', 'cluster.local'],
      ['istiod.env.PILOT_SCOPE_GATEWAY_TO_NAMESPACE', 'true'],
      ['gateway.port', 15443],
      ['gateway.env.ISTIO_META_REQUESTED_NETWORK_VIEW', 'cluster1'],
      ['gateway.port', 15443],
    ]);
  });

  test('must not have what the declaration turns off', () => {
    const { settings } = required({ ingressGateway: false, dnsCapture: false, gatewaysOfAnyNamespace: true });
    expect(settings.map(({ setting }) => setting)).toEqual(['meshConfig.trustDomain', 'istiod.domain']);
  });

  test('must follow roots and accept aliases where the mesh does', () => {
    const { settings } = required({ followsRoots: true, trustDomainAliases: ['b.example'], ingressGateway: false });
    expect(settings.map(({ setting }) => setting)).toEqual(expect.arrayContaining([
      'meshConfig.trustDomainAliases', 'meshConfig.defaultConfig.proxyMetadata.PROXY_CONFIG_XDS_AGENT', 'istiod.env.ISTIO_MULTIROOT_MESH',
    ]));
  });

  test('is found complete when it has every setting', () => {
    expect(missingSettings(required(), installed())).toEqual([]);
  });

  test.each<[string, Installed, string]>([
    ['DNS capture', { mesh: {} }, 'meshConfig.defaultConfig.proxyMetadata.ISTIO_META_DNS_CAPTURE'],
    [
      'the trust domain', { mesh: { trustDomain: 'x', defaultConfig: { proxyMetadata: { ISTIO_META_DNS_CAPTURE: true } } } },
      'meshConfig.trustDomain',
    ],
    ['the scope of Gateways', { istiodEnv: [] }, 'istiod.env.PILOT_SCOPE_GATEWAY_TO_NAMESPACE'],
    ['the DNS domain', { domain: 'x.local' }, 'istiod.domain'],
    ['the network view', { gatewayEnv: [] }, 'gateway.env.ISTIO_META_REQUESTED_NETWORK_VIEW'],
    ['the port', { ports: [{ port: 443, targetPort: 8443 }] }, 'gateway.port'],
    ['the target port', { ports: [{ port: 15443, targetPort: 443 }] }, 'gateway.port'],
    ['a Service for the pods of the gateway', { selector: { app: 'other' } }, 'gateway.port'],
  ])('is found to lack %s', (_, objects, setting) => {
    expect(missingSettings(required(), installed(objects)).map(({ code, what }) => [code, what.split(' ')[0]])).toEqual(
      [['MESH082', setting]],
    );
  });

  test('is found to lack everything where there is no Istio', () => {
    expect(missingSettings(required(), [])).toHaveLength(required().settings.length);
  });

  test('is found in the namespace that is declared for the gateway', () => {
    const objects = installed({ gatewayNamespace: 'edge' });
    expect(missingSettings(required({ ingressGatewayNamespace: 'edge' }), objects)).toEqual([]);
    expect(missingSettings(required(), objects).map(({ what }) => what.split(' ')[0])).toEqual(
      ['gateway.port', 'gateway.env.ISTIO_META_REQUESTED_NETWORK_VIEW'],
    );
  });

  test('keeps its other ports, which are named', () => {
    const ports = [{ port: 15021 }, { port: 80, targetPort: 8080 }, { port: 443 }, { port: 15443 }];
    expect(missingSettings(required(), installed({ ports }))).toEqual([]);
    expect(openPorts(required(), installed({ ports }))).toEqual(['istio-system/gateway also opens 80, 443']);
    expect(openPorts(required(), installed())).toEqual([]);
  });
});

describe('istio-mesh check-istio', () => {
  async function check(objects: object[], settings: string = toYaml(required(), { sortKeys: false })): Promise<[number, string]> {
    const folder = temporaryFolder('check-istio');
    const files = [join(folder, 'required-settings.yml'), join(folder, 'objects.json')];
    writeFileSync(files[0], settings);
    writeFileSync(files[1], JSON.stringify({ kind: 'List', items: objects }));
    const lines: string[] = [];
    const spies = (['log', 'error'] as const).map(name => jest.spyOn(console, name).mockImplementation((...line) => {
      lines.push(line.join(' '));
    }));
    const code = await main(['check-istio', files[0], '--objects', files[1]]);
    spies.forEach(spy => spy.mockRestore());
    return [code, lines.join('\n')];
  }

  test('ends with 0 when nothing is missing', async () => {
    expect(await check(installed())).toEqual([0, '6 of 6 settings are as the mesh needs them']);
  });

  test('ends with 1, and says what is missing and how to set it', async () => {
    const [code, out] = await check(installed({ istiodEnv: [] }));
    expect(code).toBe(1);
    expect(out).toMatch(/MESH082 Istio of 'cluster1': istiod\.env\.PILOT_SCOPE_GATEWAY_TO_NAMESPACE .*fix: set pilot\.env\./);
    expect(out).toContain('5 of 6 settings');
  });

  test('refuses a file that lists no settings', async () => {
    expect(await check(installed(), 'a: b\n')).toEqual([1, expect.stringMatching(/MESH082 .*a file without required settings/)]);
  });

  test('reads what kubectl and istioctl print', () => {
    const one = { kind: 'A' };
    expect(objectsIn(JSON.stringify(one))).toEqual([one]);
    expect(objectsIn('---\nkind: A\n---\n---\nkind: List\nitems:\n- kind: A\n')).toEqual([one, one]);
  });
});

describe('a cluster whose Istio somebody else installs', () => {
  function meshOf(options: MeshClusterOptions): { app: MeshApp; mesh: Mesh } {
    const app = new MeshApp({ outdir: 'dist' });
    const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31 });
    mesh.addCluster('cluster1', { ingressGateway: GatewayAddress.of('203.0.113.1'), ...options });
    return { app, mesh };
  }

  test('has the settings in the summary, and no command that installs or removes Istio', () => {
    const summary = meshOf({ adopt: true }).app.summary();
    expect(summary).toContain('requires istiod.env.PILOT_SCOPE_GATEWAY_TO_NAMESPACE = "true" in istio-system');
    expect(summary).toContain('requires gateway.port = 15443 of the pods istio=ingressgateway in istio-system');
    expect(summary).toContain('npx istio-mesh check-istio dist/install/cluster1/required-settings.yml');
    expect(summary).not.toMatch(/istioctl (un)?install/);
  });

  test('gets no charts and no namespace of the control plane from an engine', () => {
    const gitOps = GitOps.flux({ istioVersion: '1.31.4' });
    const { app, mesh } = meshOf({ gitOps, adopt: true, trust: MeshTrust.externalSecret({ store: 'vault' }) });
    expect(app.problems).toEqual([]);
    expect(mesh.cluster('cluster1').controlPlane.files().filter(({ helm }) => helm)).toEqual([]);
    expect(app.node.findAll().map(({ node }) => node.path).filter(path => /HelmRelease|namespace-istio-system/.test(path))).toEqual([]);
  });

  test.each<[string, MeshClusterOptions]>([
    ['installValues', { installValues: {} }],
    ['sailOperator', { sailOperator: {} }],
    ['ingressGatewayWorkload', { ingressGatewayWorkload: {} }],
    ['ingressGatewayService', { ingressGatewayService: GatewayService.loadBalancer() }],
    ['egressGateway.workload', { egressGateway: EgressGateway.service({ workload: {} }) }],
  ])('takes no %s, which nobody would read', (option, options) => {
    expect(() => meshOf({ adopt: true, ...options })).toThrow(
      expect.objectContaining({ code: 'MESH082', message: expect.stringContaining(option) }),
    );
    expect(() => meshOf({ adopt: false, ...options })).not.toThrow();
  });

  test('cannot have Istio 1.5', () => {
    expect(() => new ControlPlane({ ...BASE, istio: IstioRelease.V1_5 })).toThrow(expect.objectContaining({ code: 'MESH008' }));
  });
});

test.each<[string, MeshClusterOptions, string | undefined]>([
  ['a gateway without web ports', { ingressGateway: GatewayAddress.of('203.0.113.1') }, 'this closes ports 80 and 443'],
  ['no gateway', {}, 'this removes an istio-ingressgateway that exists already'],
  ['a gateway with web ports', { ingressGatewayService: GatewayService.loadBalancer({ webPorts: true }) }, undefined],
  ['the ports by name', { ingressGatewayService: GatewayService.loadBalancer({ extraPorts: { a: 80, b: 443 } }) }, undefined],
])('the summary says what istioctl install does to an existing gateway: %s', (_, options, loss) => {
  const app = new MeshApp({ outdir: 'dist' });
  new Mesh(app, 'mesh', { istio: IstioRelease.V1_31 }).addCluster('cluster1', options);
  const [step] = app.summary().split('\n').filter(line => line.includes('istioctl install'));
  expect(step.includes('; this ')).toBe(loss !== undefined);
  expect(step).toContain(loss ?? 'istioctl install');
});
