import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { Ended, attempt, run } from '../process';
import { Kube } from './kube';
import { addHost, start, until } from './machine';
import { Image, Pods, RunningPod } from './pods';
import { makeNode, syncServices } from './services';

/** Where the parts of a release of Istio are. */
export interface IstioParts {
  /** The path of a program, by its name. */
  readonly program: (name: string) => string;
  /** The folder of the module istio.io/istio. */
  readonly sources: string;
  /** The Envoy binary. */
  readonly envoy: string;
}

/** What a cluster does differently from what its manifests say, and why. Each run prints it. */
export const DEVIATIONS = [
  'istiod runs with PILOT_ENABLE_METADATA_EXCHANGE=false, PILOT_ENABLE_ALPN_FILTER=false and mesh config defaultProviders: {}: the public Envoy build lacks Istio\'s own filters, so telemetry and ALPN override stay unproven',
  'the sealed-secrets controller is stood for by its own code in kubeseal --recovery-unseal, run once for each change',
  'no webhook configurations are applied: sidecars are injected by istioctl kube-inject with the rendered configuration',
  'images are stood for by programs of their sources: pilot-discovery, pilot-agent with Envoy, go-httpbin, Istio\'s echo server; sleep is this machine\'s /bin/sleep',
];

/** A cluster that is brought up from the folders of this project, nothing else. */
export class Cluster {
  public readonly kube: Kube;
  public readonly pods: Pods;
  /** What other clusters are told as the address of its ingress gateway. */
  public readonly gatewayAddress: string;
  /** The clusterIP of its DNS. */
  public readonly dns: string;
  /** The Corefile that its platform came with. */
  public corefile = '';
  private node = '';

  public constructor(public readonly name: string, private readonly net: string, private readonly parts: IstioParts) {
    this.kube = new Kube(name, net, parts.program);
    this.gatewayAddress = gatewayAddress(net);
    this.dns = `${net}.128.10`;
    this.pods = new Pods(this.kube, this.dns, image => this.image(image));
  }

  /** Makes the namespace of istiod, and the kinds that folders hold beside Istio's. */
  public async prepare(crds: string[]): Promise<void> {
    await this.kube.kubectl('create', 'namespace', 'istio-system');
    for (const crd of crds) {
      await this.kube.kubectl('apply', '--server-side', '-f', crd);
    }
  }

  /** Gives CoreDNS its ConfigMap as it is now, as a kubelet does. */
  public async refreshDns(): Promise<void> {
    const { data } = await this.kube.api('GET', '/api/v1/namespaces/kube-system/configmaps/coredns');
    writeFileSync(this.corefilePath, data.Corefile);
  }

  private get corefilePath(): string {
    return join(this.kube.folder, 'Corefile');
  }

  /** Brings up the API server, and DNS with these names beside the cluster's own. */
  public async start(names: { [name: string]: string } = {}): Promise<void> {
    this.node = await addHost(`${this.name}-node`, [`${this.net}.0.254`]);
    await makeNode(this.node);
    await this.kube.start();
    const address = `${this.net}.0.53`;
    const netns = await addHost(`${this.name}-dns`, [address], this.kube.routes);
    this.corefile = [
      '.:53 {', '  errors', '  kubernetes cluster.local {', `    kubeconfig ${join(this.kube.folder, 'kubeconfig')} c`, '  }',
      '  hosts /dev/null {', ...Object.entries(names).map(([name, ip]) => `    ${ip} ${name}`), '    fallthrough', '  }', '  reload 2s', '}', '',
    ].join('\n');
    await this.apply(
      [
        {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'coredns', namespace: 'kube-system' },
          data: { Corefile: this.corefile, others: 'a key of somebody else' },
        },
      ],
      'kubeadm',
    );
    await this.refreshDns();
    start(`${this.name}-dns`, 'ip', ['netns', 'exec', netns, this.parts.program('coredns'), '-conf', this.corefilePath]);
    await this.apply([
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'kube-dns', namespace: 'kube-system' },
        spec: { clusterIP: this.dns, ports: ['UDP', 'TCP'].map(p => ({ name: p.toLowerCase(), port: 53, protocol: p })) },
      },
      {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        addressType: 'IPv4',
        metadata: { name: 'kube-dns-1', namespace: 'kube-system', labels: { 'kubernetes.io/service-name': 'kube-dns' } },
        endpoints: [{ addresses: [address] }],
        ports: ['UDP', 'TCP'].map(p => ({ name: p.toLowerCase(), port: 53, protocol: p })),
      },
    ]);
  }

  /**
   * The guide's first step: the CA that the folder delivers, opened by the code of the sealed-secrets controller.
   * @param sealingKey a file with the controller's private key
   */
  public async deliverCa(folder: string, sealingKey: string): Promise<void> {
    const file = join(folder, 'SealedSecret.bitnami.com_istio-system_cacerts.yaml');
    const opened = join(this.kube.folder, 'cacerts.json');
    const sealed = JSON.stringify(documents(readFileSync(file, 'utf8'))[0]);
    const secret = JSON.parse(
      await run(this.parts.program('kubeseal'), ['--recovery-unseal', '--recovery-private-key', sealingKey], { input: sealed }),
    );
    // The owner would be the SealedSecret, which has no identity in a file.
    delete secret.metadata.ownerReferences;
    writeFileSync(opened, JSON.stringify(secret));
    await this.kube.kubectl('apply', '--server-side', '--force-conflicts', '-f', opened);
  }

  /** The control plane and gateways as `istioctl` renders them from our values. */
  public async installIstio(values: string): Promise<void> {
    const manifests = documents(
      await run(this.parts.program('istioctl'), ['manifest', 'generate', '-f', values]),
    ).filter(o => !o.kind.endsWith('WebhookConfiguration'));
    const mesh = manifests.find(o => o.kind === 'ConfigMap' && o.metadata.name === 'istio');
    mesh.data.mesh = stringify({ ...parse(mesh.data.mesh), defaultProviders: {} });
    const istiod = manifests.find(o => o.kind === 'Deployment' && o.metadata.name === 'istiod');
    istiod.spec.template.spec.containers[0].env.push(
      { name: 'PILOT_ENABLE_METADATA_EXCHANGE', value: 'false' }, { name: 'PILOT_ENABLE_ALPN_FILTER', value: 'false' },
    );
    this.saveInjection(manifests, mesh.data.mesh);
    await this.apply(manifests.filter(o => o.kind === 'CustomResourceDefinition'));
    await this.kube.kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s');
    await this.apply(manifests.filter(o => o.kind !== 'CustomResourceDefinition'));
    await this.run('istio-system', 'istiod');
    for (const gateway of manifests.filter(o => o.kind === 'Deployment' && o.metadata.name !== 'istiod')) {
      const { name } = gateway.metadata;
      await this.run('istio-system', name, name === 'istio-ingressgateway' ? [this.gatewayAddress] : []);
    }
  }

  /** Applies a cluster folder, its Deployments with sidecars, and starts the pods that come of them. */
  public async applyFolder(folder: string): Promise<void> {
    const objects = await this.injected(documents(await this.kube.kubectl('kustomize', folder)));
    await this.apply(objects);
    for (const { metadata, spec } of objects.filter(o => o.kind === 'Deployment')) {
      const running = this.pods.running.filter(
        pod => pod.namespace === metadata.namespace && pod.name.startsWith(`${metadata.name}-`),
      ).length;
      for (let more = (spec.replicas ?? 1) - running; more > 0; more--) {
        await this.run(metadata.namespace, metadata.name);
      }
    }
  }

  /** Gives Deployments the sidecar that the rendered configuration asks for. */
  public async injected(objects: any[]): Promise<any[]> {
    const folder = this.kube.folder;
    return Promise.all(objects.map(async object => {
      if (object.kind !== 'Deployment') {
        return object;
      }
      const file = join(folder, `${object.metadata.namespace}-${object.metadata.name}.yaml`);
      writeFileSync(file, stringify(object));
      const [injected] = documents(await run(this.parts.program('istioctl'), ['kube-inject', '--kubeconfig', this.kube.kubeconfig, '-f', file,
        '--injectConfigFile', join(folder, 'inject.yaml'), '--meshConfigFile', join(folder, 'mesh.yaml'), '--valuesFile', join(folder, 'values.json')]));
      return injected;
    }));
  }

  /** Starts the pod of a Deployment and lets everybody in the cluster find it. */
  public async run(inNamespace: string, name: string, addresses: string[] = []): Promise<RunningPod> {
    await this.sync();
    const pod = await this.pods.runDeployment(inNamespace, name, addresses);
    await until(`endpoints of ${inNamespace}/${name}`, async () => {
      const { items } = await this.kube.api('GET', `/apis/discovery.k8s.io/v1/namespaces/${inNamespace}/endpointslices`);
      const endpoints = items.flatMap((slice: any) => slice.endpoints ?? []);
      return endpoints.some((endpoint: any) => endpoint.addresses.includes(pod.address) && endpoint.conditions.ready);
    });
    await this.sync();
    return pod;
  }

  /** Runs a command as a pod would, in its network. */
  public inPod(pod: RunningPod, ...command: string[]): Promise<Ended> {
    return attempt('ip', ['netns', 'exec', pod.netns, ...command]);
  }

  /** The pod of a Deployment. */
  public pod(inNamespace: string, name: string): RunningPod {
    const pod = this.pods.running.find(p => p.namespace === inNamespace && p.name.startsWith(`${name}-`));
    if (!pod) {
      throw new Error(`no pod of ${inNamespace}/${name} runs in ${this.name}`);
    }
    return pod;
  }

  public async apply(objects: any[], manager = 'kubectl'): Promise<void> {
    const file = join(this.kube.folder, 'apply.yaml');
    writeFileSync(file, objects.map(object => stringify(object, { aliasDuplicateObjects: false })).join('---\n'));
    await this.kube.kubectl('apply', '--server-side', '--force-conflicts', `--field-manager=${manager}`, '-f', file);
  }

  private async sync(): Promise<void> {
    await syncServices(this.kube, this.node);
  }

  private saveInjection(manifests: any[], mesh: string): void {
    const injector = manifests.find(o => o.kind === 'ConfigMap' && o.metadata.name === 'istio-sidecar-injector');
    writeFileSync(join(this.kube.folder, 'inject.yaml'), injector.data.config);
    writeFileSync(join(this.kube.folder, 'values.json'), injector.data.values);
    writeFileSync(join(this.kube.folder, 'mesh.yaml'), mesh);
  }

  /** What stands for an image: programs built from the sources that it is built from. */
  private image(image: string): Image {
    const agent = { '/usr/local/bin/pilot-agent': this.parts.program('pilot-agent'), '/usr/local/bin/envoy': this.parts.envoy };
    const template = {
      '/var/lib/istio/envoy/envoy_bootstrap_tmpl.json': join(this.parts.sources, 'tools/packaging/common/envoy_bootstrap.json'),
    };
    if (/\/pilot:/.test(image)) {
      return {
        files: { '/usr/local/bin/pilot-discovery': this.parts.program('pilot-discovery') },
        entrypoint: ['/usr/local/bin/pilot-discovery'],
      };
    }
    if (/\/proxyv2:/.test(image)) {
      return {
        files: { ...agent, ...template },
        entrypoint: ['/usr/local/bin/pilot-agent'],
        env: { ISTIO_META_ISTIO_VERSION: readFileSync(join(this.parts.sources, 'VERSION'), 'utf8').trim() },
      };
    }
    if (/\/coredns:/.test(image)) {
      return { files: { '/coredns': this.parts.program('coredns') }, entrypoint: ['/coredns'] };
    }
    if (/go-httpbin/.test(image)) {
      return {
        files: { '/bin/go-httpbin': this.parts.program('go-httpbin') },
        entrypoint: ['/bin/go-httpbin'],
      };
    }
    if (/\/testing\/app:/.test(image)) {
      return {
        files: { '/usr/local/bin/server': this.parts.program('server') },
        entrypoint: ['/usr/local/bin/server'],
      };
    }
    return { files: {}, entrypoint: [] };
  }
}

/** Where a cluster's ingress gateway is reached from others, by its network. */
export function gatewayAddress(net: string): string {
  return `${net}.2.1`;
}

export function documents(text: string): any[] {
  return parseAllDocuments(text).map(document => document.toJSON()).filter(Boolean);
}
