import { mkdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { moduleFolder, Part } from '../parts';
import { run } from '../process';
import { Kube, Programs } from './kube';
import { until } from './machine';

/** The two controllers of Flux that apply a folder of Git to clusters, and the generator of a definition. */
export const FLUX_PARTS: Part[] = [
  ...['source', 'kustomize'].map(
    name => ({ name: `${name}-controller`, module: `flux-${name}`, package: `github.com/fluxcd/${name}-controller` }),
  ),
  { name: 'controller-gen', module: 'flux-helm', package: 'sigs.k8s.io/controller-tools/cmd/controller-gen' },
];

/** Namespace of Flux and its objects. */
export const FLUX_NAMESPACE = 'flux-system';
/** Key of a Secret that Flux reads a kubeconfig from. */
const KUBECONFIG_KEY = 'value';
/** Address where the source-controller serves the content of Git. */
const ARTIFACTS = '127.0.0.1:9090';
/** API group, version and plural of each kind. */
const PLURALS = {
  GitRepository: 'source.toolkit.fluxcd.io/v1/gitrepositories',
  OCIRepository: 'source.toolkit.fluxcd.io/v1/ocirepositories',
  Kustomization: 'kustomize.toolkit.fluxcd.io/v1/kustomizations',
};

/** A kind that a controller of Flux reconciles. */
export type FluxKind = keyof typeof PLURALS;

/** State of an object of Flux. */
export interface FluxStatus {
  /** Condition Ready: True, False, Unknown, or empty before the first reconciliation. */
  readonly ready: string;
  readonly reason: string;
  readonly message: string;
  /** Revision of Git, such as `main@sha1:...`. */
  readonly revision: string;
}

/** Flux's source-controller and kustomize-controller. They run beside an API server, as administrators of its cluster. */
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
    // The API servers of the rig have self-signed certificates.
    this.run('kustomize-controller', ['--insecure-kubeconfig-tls', '--requeue-dependency', '2s']);
  }

  /** Creates the Secret with the kubeconfig of a cluster, to which `spec.kubeConfig.secretRef` of a Kustomization refers. */
  public async addCluster(cluster: Kube): Promise<void> {
    await this.apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: `${cluster.cluster}-kubeconfig`, namespace: FLUX_NAMESPACE },
      stringData: { [KUBECONFIG_KEY]: readFileSync(cluster.kubeconfig, 'utf8') },
    });
  }

  /** Makes Flux reconcile an object now, not after its interval, and waits for the end. */
  public async reconcile(kind: FluxKind, name: string, seconds = 60): Promise<void> {
    const requestedAt = new Date().toISOString();
    const annotation = `reconcile.fluxcd.io/requestedAt=${requestedAt}`;
    await this.kube.kubectl('annotate', kind.toLowerCase(), name, '-n', FLUX_NAMESPACE, annotation, '--overwrite');
    await until(
      `${kind} ${name} is reconciled`,
      async () => (await this.read(kind, name)).status?.lastHandledReconcileAt === requestedAt,
      seconds,
    );
  }

  public async status(kind: FluxKind, name: string): Promise<FluxStatus> {
    const { status = {}, metadata } = await this.read(kind, name);
    const ready = status.conditions?.find(
      (condition: any) => condition.type === 'Ready' && condition.observedGeneration === metadata.generation,
    );
    const revision = status.lastAppliedRevision ?? status.artifact?.revision ?? '';
    return { ready: ready?.status ?? '', reason: ready?.reason ?? '', message: ready?.message ?? '', revision };
  }

  /** Waits until an object is ready with a commit. Throws with the state of the object after `seconds`. */
  public async ready(kind: FluxKind, name: string, commit: string, seconds = 60): Promise<void> {
    let last: FluxStatus | undefined;
    await until(`${kind} ${name}`, async () => {
      last = await this.status(kind, name);
      return last.ready === 'True' && last.revision.endsWith(commit);
    }, seconds).catch(error => {
      throw new Error(`${error.message} ${JSON.stringify(last)}`);
    });
  }

  /** Applies an object, such as a Kustomization, to the cluster of Flux. */
  public async apply(object: any): Promise<void> {
    const file = join(this.kube.folder, 'flux.json');
    writeFileSync(file, JSON.stringify(object));
    await this.kube.kubectl('apply', '--server-side', '--force-conflicts', '-f', file);
  }

  /**
   * Returns a file with the definition of HelmRelease. It is generated from the types of the helm-controller, as that project does,
   * since the helm-controller is not available as a Go module.
   */
  private async helmReleases(): Promise<string> {
    const file = join(this.kube.folder, 'helmreleases.yaml');
    const types = 'paths=github.com/fluxcd/helm-controller/api/v2';
    const cwd = join(__dirname, '..', 'go', 'flux-helm');
    writeFileSync(file, await run(this.programs('controller-gen'), ['crd', types, 'output:crd:stdout'], { cwd }));
    return file;
  }

  private read(kind: FluxKind, name: string): Promise<any> {
    const [group, version, plural] = PLURALS[kind].split('/');
    return this.kube.api('GET', `/apis/${group}/${version}/namespaces/${FLUX_NAMESPACE}/${plural}/${name}`);
  }

  private run(name: string, args: string[]): void {
    const [home, temporary] = ['home', 'tmp'].map(part => join(this.kube.folder, 'flux', name, part));
    [home, temporary].forEach(part => mkdirSync(part, { recursive: true }));
    // Both controllers would listen on the same ports for metrics and health, which no proof uses.
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
