import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { parse, parseAllDocuments } from 'yaml';
import { toYaml } from '../../../src/output/yaml';
import { Ended, attempt, run } from '../process';
import { imageOf, IstioParts } from './images';
import { Kube } from './kube';
import { addHost, start, until } from './machine';
import { Pods, RunningPod, signalPod } from './pods';
import { makeNode, syncServices } from './services';

/** Differences between a cluster and its manifests, with their reasons. Each run prints them. */
export const DEVIATIONS = [
  'istiod runs with PILOT_ENABLE_METADATA_EXCHANGE=false, PILOT_ENABLE_ALPN_FILTER=false and mesh config defaultProviders: {}: '
    + 'the public Envoy build lacks Istio\'s own filters, so telemetry and ALPN override are not proved',
  'the code of kubeseal --recovery-unseal replaces the sealed-secrets controller, and runs once for each change',
  'no webhook configurations are applied: istioctl kube-inject adds the sidecars, with the rendered configuration',
  'programs that are built from the same sources replace images: pilot-discovery, pilot-agent with Envoy, go-httpbin, '
    + 'Istio\'s echo server; sleep is the /bin/sleep of this machine',
];

/** A cluster that is brought up from the output folders of the library only. */
export class Cluster {
  public readonly kube: Kube;
  public readonly pods: Pods;
  /** Address of the ingress gateway, for other clusters. */
  public readonly gatewayAddress: string;
  /** ClusterIP of the cluster's DNS. */
  public readonly dns: string;
  /** Corefile of the platform, before the library changes it. */
  public corefile = '';
  private node = '';

  public constructor(public readonly name: string, private readonly net: string, private readonly parts: IstioParts) {
    this.kube = new Kube(name, net, parts.program);
    this.gatewayAddress = gatewayAddress(net);
    this.dns = `${net}.128.10`;
    this.pods = new Pods(this.kube, this.dns, image => imageOf(image, this.parts));
  }

  /** Creates the namespace of istiod, and the custom resource definitions that the folders need beside those of Istio. */
  public async prepare(crds: string[]): Promise<void> {
    await this.kube.kubectl('create', 'namespace', 'istio-system');
    for (const crd of crds) {
      await this.kube.kubectl('apply', '--server-side', '-f', crd);
    }
  }

  /** Writes the current ConfigMap of CoreDNS to its file, as a kubelet does. */
  public async refreshDns(): Promise<void> {
    const { data } = await this.kube.api('GET', '/api/v1/namespaces/kube-system/configmaps/coredns');
    writeFileSync(this.corefilePath, data.Corefile);
  }

  /** Address of the node, at which other clusters reach node ports. */
  public get nodeAddress(): string {
    return `${this.net}.0.254`;
  }

  /** Address of the DNS server itself, which hosts outside of the cluster can ask. */
  public get dnsAddress(): string {
    return `${this.net}.0.53`;
  }

  private get corefilePath(): string {
    return join(this.kube.folder, 'Corefile');
  }

  /** Starts the API server, and a DNS server that also resolves `names`. */
  public async start(names: { [name: string]: string } = {}): Promise<void> {
    this.node = await addHost(`${this.name}-node`, [this.nodeAddress]);
    await makeNode(this.node);
    await this.kube.start();
    const address = this.dnsAddress;
    const netns = await addHost(`${this.name}-dns`, [address], this.kube.routes);
    this.corefile = [
      '.:53 {',
      '  errors',
      '  kubernetes cluster.local {',
      `    kubeconfig ${join(this.kube.folder, 'kubeconfig')} ${this.kube.cluster}`,
      '  }',
      '  hosts /dev/null {',
      ...Object.entries(names).map(([name, ip]) => `    ${ip} ${name}`),
      '    fallthrough',
      '  }',
      '  reload 2s',
      '}',
      '',
    ].join('\n');
    const configMap = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'coredns', namespace: 'kube-system' },
      data: { Corefile: this.corefile, others: 'a key of somebody else' },
    };
    await this.apply([configMap], 'kubeadm');
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
   * Applies the secret `cacerts` of the folder, opened by the code of the sealed-secrets controller. This is the first step of the guide.
   * @param sealingKey file with the private key of the controller
   */
  public async deliverCa(folder: string, sealingKey: string): Promise<void> {
    const file = join(folder, 'SealedSecret.bitnami.com_istio-system_cacerts.yaml');
    const opened = join(this.kube.folder, 'cacerts.json');
    const sealed = JSON.stringify(documents(readFileSync(file, 'utf8'))[0]);
    const secret = JSON.parse(
      await run(this.parts.program('kubeseal'), ['--recovery-unseal', '--recovery-private-key', sealingKey], { input: sealed }),
    );
    // The owner is the SealedSecret, which is not in the cluster and so has no uid.
    delete secret.metadata.ownerReferences;
    writeFileSync(opened, JSON.stringify(secret));
    await this.kube.kubectl('apply', '--server-side', '--force-conflicts', '-f', opened);
  }

  /** Installs the control plane and gateways that `istioctl` renders from the install values of the library. */
  public async installIstio(values: string): Promise<void> {
    const rendered = await run(this.parts.program('istioctl'), ['manifest', 'generate', '-f', values]);
    const manifests = documents(rendered).filter(({ kind }) => !kind.endsWith('WebhookConfiguration'));
    const mesh = manifests.find(o => o.kind === 'ConfigMap' && o.metadata.name === 'istio');
    mesh.data.mesh = toYaml({ ...parse(mesh.data.mesh), defaultProviders: {} }, { sortKeys: false });
    const istiod = manifests.find(o => o.kind === 'Deployment' && o.metadata.name === 'istiod');
    istiod.spec.template.spec.containers[0].env.push(
      { name: 'PILOT_ENABLE_METADATA_EXCHANGE', value: 'false' },
      { name: 'PILOT_ENABLE_ALPN_FILTER', value: 'false' },
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

  /** Applies the folder of a cluster, with sidecars in its Deployments, and starts their pods. */
  public async applyFolder(folder: string): Promise<void> {
    const objects = await this.injected(documents(await this.kube.kubectl('kustomize', folder)));
    await this.apply(objects);
    for (const { metadata, spec } of objects.filter(o => o.kind === 'Deployment')) {
      const isOwn = (pod: RunningPod) => pod.namespace === metadata.namespace && pod.name.startsWith(`${metadata.name}-`);
      const running = this.pods.running.filter(isOwn).length;
      for (let missing = (spec.replicas ?? 1) - running; missing > 0; missing--) {
        await this.run(metadata.namespace, metadata.name);
      }
    }
  }

  /** Returns the objects, with the sidecar of the rendered configuration in each Deployment. */
  public async injected(objects: any[]): Promise<any[]> {
    const folder = this.kube.folder;
    return Promise.all(objects.map(async object => {
      if (object.kind !== 'Deployment') {
        return object;
      }
      const file = join(folder, `${object.metadata.namespace}-${object.metadata.name}.yaml`);
      writeFileSync(file, toYaml(object, { sortKeys: false }));
      const configuration = [
        '--injectConfigFile', join(folder, 'inject.yaml'),
        '--meshConfigFile', join(folder, 'mesh.yaml'),
        '--valuesFile', join(folder, 'values.json'),
      ];
      const args = ['kube-inject', '--kubeconfig', this.kube.kubeconfig, '-f', file, ...configuration];
      const [injected] = documents(await run(this.parts.program('istioctl'), args));
      return injected;
    }));
  }

  /** Starts a pod of a Deployment, and waits until its Services have its endpoint. */
  public async run(inNamespace: string, name: string, addresses: string[] = []): Promise<RunningPod> {
    await this.sync();
    const pod = await this.pods.runDeployment(inNamespace, name, addresses);
    await until(`endpoints of ${inNamespace}/${name}`, () => this.hasEndpoint(pod));
    await this.sync();
    return pod;
  }

  /** Ends the processes of a pod, and removes the pod from the cluster. */
  public async end(pod: RunningPod): Promise<void> {
    await signalPod('KILL', pod);
    await this.kube.kubectl('delete', 'pod', pod.name, '-n', pod.namespace, '--force', '--grace-period=0', '--ignore-not-found');
    this.pods.running.splice(this.pods.running.indexOf(pod), 1);
    await this.withoutEndpoint(pod);
  }

  /** Waits until no Service has a pod as a ready endpoint, which takes the controller a while, and the node forwards nothing to the pod. */
  public async withoutEndpoint(pod: RunningPod): Promise<void> {
    await until(`no endpoint ${pod.namespace}/${pod.name}`, async () => !await this.hasEndpoint(pod));
    await this.sync();
  }

  /** Whether a Service has a pod as a ready endpoint. */
  private async hasEndpoint({ namespace: podNamespace, address }: RunningPod): Promise<boolean> {
    const { items } = await this.kube.api('GET', `/apis/discovery.k8s.io/v1/namespaces/${podNamespace}/endpointslices`);
    const endpoints = items.flatMap((slice: any) => slice.endpoints ?? []);
    return endpoints.some((endpoint: any) => endpoint.addresses.includes(address) && endpoint.conditions.ready);
  }

  /** Runs a command in the network of a pod. */
  public inPod(pod: RunningPod, ...command: string[]): Promise<Ended> {
    return attempt('ip', ['netns', 'exec', pod.netns, ...command]);
  }

  /** Returns a running pod of a Deployment. */
  public pod(inNamespace: string, name: string): RunningPod {
    const pod = this.pods.running.find(p => p.namespace === inNamespace && p.name.startsWith(`${name}-`));
    if (!pod) {
      throw new Error(`no pod of ${inNamespace}/${name} runs in ${this.name}`);
    }
    return pod;
  }

  public async apply(objects: any[], manager = 'kubectl'): Promise<void> {
    const file = join(this.kube.folder, 'apply.yaml');
    writeFileSync(file, objects.map(object => toYaml(object, { sortKeys: false })).join('---\n'));
    await this.kube.kubectl('apply', '--server-side', '--force-conflicts', `--field-manager=${manager}`, '-f', file);
  }

  /** Sends connections of Services to the endpoints as they are now, as kube-proxy does. */
  private async sync(): Promise<void> {
    await syncServices(this.kube, this.node, this.nodeAddress);
  }

  private saveInjection(manifests: any[], mesh: string): void {
    const injector = manifests.find(o => o.kind === 'ConfigMap' && o.metadata.name === 'istio-sidecar-injector');
    writeFileSync(join(this.kube.folder, 'inject.yaml'), injector.data.config);
    writeFileSync(join(this.kube.folder, 'values.json'), injector.data.values);
    writeFileSync(join(this.kube.folder, 'mesh.yaml'), mesh);
  }
}

/** Address of the ingress gateway of the cluster with this network. */
export function gatewayAddress(net: string): string {
  return `${net}.2.1`;
}

export function documents(text: string): any[] {
  return parseAllDocuments(text).map(document => document.toJSON()).filter(Boolean);
}
