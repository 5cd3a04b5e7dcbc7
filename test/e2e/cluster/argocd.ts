import { mkdirSync, symlinkSync, writeFileSync } from 'fs';
import { join } from 'path';
import { moduleFolder, Part } from '../parts';
import { Kube, Programs, TOKEN } from './kube';
import { until } from './machine';

/** Parts of Argo CD, and the programs that its repo-server calls to render manifests. */
export const ARGOCD_PARTS: Part[] = [
  { name: 'argocd', module: 'argo', package: 'github.com/argoproj/argo-cd/v3/cmd' },
  { name: 'helm', module: 'helm', package: 'helm.sh/helm/v4/cmd/helm' },
  { name: 'kustomize', module: 'kustomize', package: 'sigs.k8s.io/kustomize/kustomize/v5' },
];

/** Namespace of Argo CD and its objects. */
export const ARGOCD_NAMESPACE = 'argocd';
const APPLICATIONS = `/apis/argoproj.io/v1alpha1/namespaces/${ARGOCD_NAMESPACE}/applications`;

/** State of an Application. */
export interface ApplicationStatus {
  /** Synced, OutOfSync or Unknown. */
  readonly sync: string;
  readonly health: string;
  /** Phase of the last operation: Running, Succeeded, Failed, Error, or empty before the first operation. */
  readonly phase: string;
  /** Message of the last operation, then the conditions of the Application. */
  readonly message: string;
  /** Commits and chart versions that the cluster was compared with. */
  readonly revisions: string[];
}

/**
 * Argo CD in its "core" form, without API server and user interface: Redis, the repo-server and the application-controller. They
 * run beside an API server, as administrators of its cluster.
 */
export class ArgoCd {
  private readonly folder: string;

  public constructor(private readonly kube: Kube, private readonly programs: Programs) {
    this.folder = join(kube.folder, 'argocd');
  }

  public async start(): Promise<void> {
    const manifests = join(await moduleFolder('argo', 'github.com/argoproj/argo-cd/v3'), 'manifests');
    await this.kube.kubectl('create', 'namespace', ARGOCD_NAMESPACE);
    // The definition of Application is too large for the annotation of a client-side apply.
    await this.kube.kubectl('apply', '--server-side', '-k', join(manifests, 'crds'));
    await this.kube.kubectl('apply', '--server-side', '-n', ARGOCD_NAMESPACE, '-k', join(manifests, 'base', 'config'));
    // The API server of Argo CD, which does not run here, would create the key and the project.
    const key = JSON.stringify({ stringData: { 'server.secretkey': 'e2e' } });
    await this.kube.kubectl('patch', 'secret', 'argocd-secret', '-n', ARGOCD_NAMESPACE, '-p', key);
    await this.kube.established();
    await this.apply({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AppProject',
      metadata: { name: 'default', namespace: ARGOCD_NAMESPACE },
      spec: { sourceRepos: ['*'], destinations: [{ namespace: '*', server: '*' }], clusterResourceWhitelist: [{ group: '*', kind: '*' }] },
    });
    this.run('redis-server', ['redis-server', '--port', '6379', '--save', '', '--appendonly', 'no']);
    this.run('argocd-repo-server', [this.programs('argocd'), '--redis', '127.0.0.1:6379', '--disable-tls']);
    const repoServer = ['--repo-server', '127.0.0.1:8081', '--repo-server-plaintext'];
    const cluster = ['--kubeconfig', this.kube.kubeconfig, '--namespace', ARGOCD_NAMESPACE];
    this.run('argocd-application-controller', [this.programs('argocd'), ...cluster, '--redis', '127.0.0.1:6379', ...repoServer]);
  }

  /** Registers a cluster as a destination of Applications. */
  public async addCluster(cluster: Kube): Promise<void> {
    await this.apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: `cluster-${cluster.cluster}`,
        namespace: ARGOCD_NAMESPACE,
        labels: { 'argocd.argoproj.io/secret-type': 'cluster' },
      },
      stringData: {
        name: cluster.cluster,
        server: cluster.server,
        config: JSON.stringify({ bearerToken: TOKEN, tlsClientConfig: { insecure: true } }),
      },
    });
  }

  /** Makes Argo CD read Git now. Only a hard refresh ignores its cache of the branch. */
  public async refresh(application: string): Promise<void> {
    const annotation = 'argocd.argoproj.io/refresh=hard';
    await this.kube.kubectl('annotate', 'application', application, '-n', ARGOCD_NAMESPACE, annotation, '--overwrite');
  }

  public async status(application: string): Promise<ApplicationStatus> {
    const { status = {} } = await this.kube.api('GET', `${APPLICATIONS}/${application}`);
    const { sync, health, operationState, conditions = [] } = status;
    const messages = [operationState?.message, ...conditions.map((condition: any) => condition.message)];
    const revisions = sync?.revisions ?? [sync?.revision].filter(Boolean);
    return {
      revisions,
      sync: sync?.status ?? '',
      health: health?.status ?? '',
      phase: operationState?.phase ?? '',
      message: messages.filter(Boolean).join('; '),
    };
  }

  /** Waits until a commit is applied and healthy. Throws with the state of the Application after `seconds`. */
  public async synced(application: string, commit: string, seconds = 60): Promise<void> {
    let last: ApplicationStatus | undefined;
    await until(`Application ${application}`, async () => {
      last = await this.status(application);
      return last.revisions.includes(commit) && last.sync === 'Synced' && last.health === 'Healthy' && last.phase === 'Succeeded';
    }, seconds).catch(error => {
      throw new Error(`${error.message} ${JSON.stringify(last)}`);
    });
  }

  /** Applies an object, such as an Application, to the cluster of Argo CD. */
  public async apply(object: any): Promise<void> {
    const file = join(this.kube.folder, 'argocd.json');
    writeFileSync(file, JSON.stringify(object));
    await this.kube.kubectl('apply', '--server-side', '--force-conflicts', '-f', file);
  }

  private run(name: string, args: string[]): void {
    const [bin, home, temporary, tls, ssh] = ['bin', 'home', 'tmp', 'tls', 'ssh'].map(part => join(this.folder, part));
    [bin, home, temporary, tls, ssh].forEach(part => mkdirSync(part, { recursive: true }));
    writeFileSync(join(ssh, 'ssh_known_hosts'), '');
    for (const tool of ['helm', 'kustomize']) {
      try {
        symlinkSync(this.programs(tool), join(bin, tool));
      } catch { /* the link exists since an earlier program was started */ }
    }
    this.kube.inside(name, args, {
      PATH: `${bin}:${process.env.PATH}`,
      HOME: home,
      TMPDIR: temporary,
      // All parts of Argo CD are one program. This variable selects the part.
      ARGOCD_BINARY_NAME: name,
      // Argo CD does not run in a pod, so it reaches its own cluster by a kubeconfig.
      ARGOCD_FAKE_IN_CLUSTER: 'true',
      KUBECONFIG: this.kube.kubeconfig,
      ARGOCD_GPG_ENABLED: 'false',
      ARGOCD_TLS_DATA_PATH: tls,
      ARGOCD_SSH_DATA_PATH: ssh,
      // The default interval for commits is minutes.
      ARGOCD_RECONCILIATION_TIMEOUT: '5s',
      ARGOCD_RECONCILIATION_JITTER: '0s',
    });
  }
}
