import { mkdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { moduleFolder, Part } from '../parts';
import { run } from '../process';
import { Kube, Programs } from './kube';
import { until } from './machine';

/** The two controllers that bring a folder of Git into clusters. */
export const FLUX_PARTS: Part[] = [
  ...['source', 'kustomize'].map(
    name => ({ name: `${name}-controller`, module: `flux-${name}`, package: `github.com/fluxcd/${name}-controller` }),
  ),
  { name: 'controller-gen', module: 'flux-helm', package: 'sigs.k8s.io/controller-tools/cmd/controller-gen' },
];

/** Where Flux and its objects are. */
export const FLUX_NAMESPACE = 'flux-system';
/** The key of a Secret under which Flux looks for a kubeconfig. */
const KUBECONFIG_KEY = 'value';
/** Where the source-controller gives out what it has read of Git. */
const ARTIFACTS = '127.0.0.1:9090';
/** The kinds by the names that their API has for them. */
const PLURALS = {
  GitRepository: 'source.toolkit.fluxcd.io/v1/gitrepositories',
  Kustomization: 'kustomize.toolkit.fluxcd.io/v1/kustomizations',
};

/** A kind of Flux that is reconciled. */
export type FluxKind = keyof typeof PLURALS;

/** How an object of Flux stands. */
export interface FluxStatus {
  /** The condition Ready: True, False, Unknown, or empty before it is first looked at. */
  readonly ready: string;
  readonly reason: string;
  readonly message: string;
  /** What of Git it has: `main@sha1:...`. */
  readonly revision: string;
}

/** Flux's source-controller and kustomize-controller, as administrators of the cluster that they run beside. */
export class Flux {
  public constructor(private readonly kube: Kube, private readonly programs: Programs) {}

  public async start(): Promise<void> {
    await this.kube.kubectl('create', 'namespace', FLUX_NAMESPACE);
    for (const name of ['source', 'kustomize']) {
      const bases = join(await moduleFolder(`flux-${name}`, `github.com/fluxcd/${name}-controller`), 'config', 'crd', 'bases');
      await this.kube.kubectl('apply', '--server-side', '-f', bases);
    }
    await this.kube.kubectl('apply', '--server-side', '-f', await this.helmReleases());
    await this.kube.established();
    const data = join(this.kube.folder, 'flux', 'data');
    mkdirSync(data, { recursive: true });
    this.run('source-controller', ['--storage-path', data, '--storage-addr', ARTIFACTS, '--storage-adv-addr', ARTIFACTS]);
    // The API servers of the rig have certificates of their own making.
    this.run('kustomize-controller', ['--insecure-kubeconfig-tls', '--requeue-dependency', '2s']);
  }

  /** Makes a Secret by which a Kustomization reaches a cluster: `spec.kubeConfig.secretRef` names it after the cluster. */
  public async addCluster(cluster: Kube): Promise<void> {
    await this.apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: `${cluster.cluster}-kubeconfig`, namespace: FLUX_NAMESPACE },
      stringData: { [KUBECONFIG_KEY]: readFileSync(cluster.kubeconfig, 'utf8') },
    });
  }

  /** Makes it look now rather than after its interval, and waits until it has. */
  public async reconcile(kind: FluxKind, name: string, seconds = 60): Promise<void> {
    const at = new Date().toISOString();
    await this.kube.kubectl(
      'annotate',
      kind.toLowerCase(),
      name,
      '-n',
      FLUX_NAMESPACE,
      `reconcile.fluxcd.io/requestedAt=${at}`,
      '--overwrite',
    );
    await until(`${kind} ${name} is looked at`, async () => (await this.read(kind, name)).status?.lastHandledReconcileAt === at, seconds);
  }

  public async status(kind: FluxKind, name: string): Promise<FluxStatus> {
    const { status = {}, metadata } = await this.read(kind, name);
    const ready = status.conditions?.find(
      (condition: any) => condition.type === 'Ready' && condition.observedGeneration === metadata.generation,
    );
    const revision = status.lastAppliedRevision ?? status.artifact?.revision ?? '';
    return { ready: ready?.status ?? '', reason: ready?.reason ?? '', message: ready?.message ?? '', revision };
  }

  /** Waits until an object is ready with a commit; throws with its own words when it is not. */
  public async ready(kind: FluxKind, name: string, commit: string, seconds = 60): Promise<void> {
    let last: FluxStatus | undefined;
    await until(`${kind} ${name}`, async () => {
      last = await this.status(kind, name);
      return last.ready === 'True' && last.revision.endsWith(commit);
    }, seconds).catch(error => {
      throw new Error(`${error.message} ${JSON.stringify(last)}`);
    });
  }

  /** Applies an object to the cluster that Flux runs beside, such as a Kustomization. */
  public async apply(object: any): Promise<void> {
    const file = join(this.kube.folder, 'flux.json');
    writeFileSync(file, JSON.stringify(object));
    await this.kube.kubectl('apply', '--server-side', '--force-conflicts', '-f', file);
  }

  /** The definition of HelmRelease, made of the types of the helm-controller as that project makes it: the controller itself is no module to be had. */
  private async helmReleases(): Promise<string> {
    const file = join(this.kube.folder, 'helmreleases.yaml');
    const types = 'paths=github.com/fluxcd/helm-controller/api/v2';
    writeFileSync(
      file,
      await run(this.programs('controller-gen'), ['crd', types, 'output:crd:stdout'], { cwd: join(__dirname, '..', 'go', 'flux-helm') }),
    );
    return file;
  }

  private read(kind: FluxKind, name: string): Promise<any> {
    const [group, version, plural] = PLURALS[kind].split('/');
    return this.kube.api('GET', `/apis/${group}/${version}/namespaces/${FLUX_NAMESPACE}/${plural}/${name}`);
  }

  private run(name: string, args: string[]): void {
    const [home, temporary] = ['home', 'tmp'].map(part => join(this.kube.folder, 'flux', name, part));
    [home, temporary].forEach(part => mkdirSync(part, { recursive: true }));
    // Both would listen on the same ports for metrics and health, which nobody asks here.
    this.kube.inside(name, [this.programs(name), '--metrics-addr', '0', '--health-addr', '0', ...args], {
      PATH: process.env.PATH,
      HOME: home,
      TMPDIR: temporary,
      TUF_ROOT: join(temporary, 'sigstore'),
      KUBECONFIG: this.kube.kubeconfig,
      RUNTIME_NAMESPACE: FLUX_NAMESPACE,
    });
  }
}
