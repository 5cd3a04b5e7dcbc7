import { mkdirSync, symlinkSync, writeFileSync } from 'fs';
import { join } from 'path';
import { moduleFolder, Part } from '../parts';
import { Kube, Programs, TOKEN } from './kube';
import { until } from './machine';

/** What Argo CD is made of, and what its repo-server calls to render. */
export const ARGOCD_PARTS: Part[] = [
  { name: 'argocd', module: 'argo', package: 'github.com/argoproj/argo-cd/v3/cmd' },
  { name: 'helm', module: 'helm', package: 'helm.sh/helm/v4/cmd/helm' },
  { name: 'kustomize', module: 'kustomize', package: 'sigs.k8s.io/kustomize/kustomize/v5' },
];

/** Where Argo CD and its objects are. */
export const ARGOCD_NAMESPACE = 'argocd';
const APPLICATIONS = `/apis/argoproj.io/v1alpha1/namespaces/${ARGOCD_NAMESPACE}/applications`;

/** How an Application stands. */
export interface ApplicationStatus {
  /** Synced, OutOfSync or Unknown. */
  readonly sync: string;
  readonly health: string;
  /** How the last operation went: Running, Succeeded, Failed, Error, or empty before the first. */
  readonly phase: string;
  /** What the operation says, then what is wrong with the Application. */
  readonly message: string;
  /** The commits, or versions of charts, that it was compared with. */
  readonly revisions: string[];
}

/**
 * Argo CD without its API server and user interface, as its "core" installation is: Redis, the repo-server and the
 * application-controller, as administrators of the cluster that they run beside.
 */
export class ArgoCd {
  private readonly folder: string;

  public constructor(private readonly kube: Kube, private readonly programs: Programs) {
    this.folder = join(kube.folder, 'argocd');
  }

  public async start(): Promise<void> {
    const manifests = join(await moduleFolder('argo', 'github.com/argoproj/argo-cd/v3'), 'manifests');
    await this.kube.kubectl('create', 'namespace', ARGOCD_NAMESPACE);
    // The definition of Application is larger than what client-side apply can annotate.
    await this.kube.kubectl('apply', '--server-side', '-k', join(manifests, 'crds'));
    await this.kube.kubectl('apply', '--server-side', '-n', ARGOCD_NAMESPACE, '-k', join(manifests, 'base', 'config'));
    // The API server would make the key and the project.
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
    this.run('argocd-application-controller', [this.programs('argocd'), '--kubeconfig', this.kube.kubeconfig, '--namespace', ARGOCD_NAMESPACE,
      '--redis', '127.0.0.1:6379', '--repo-server', '127.0.0.1:8081', '--repo-server-plaintext']);
  }

  /** Registers a cluster, which Applications then name as their destination. */
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

  /** Makes it look at Git now: it keeps what it has read of a branch for a while, which only a hard refresh passes by. */
  public async refresh(application: string): Promise<void> {
    await this.kube.kubectl(
      'annotate',
      'application',
      application,
      '-n',
      ARGOCD_NAMESPACE,
      'argocd.argoproj.io/refresh=hard',
      '--overwrite',
    );
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

  /** Waits until a commit is applied and healthy; throws with the Application's own words when it is not. */
  public async synced(application: string, commit: string, seconds = 60): Promise<void> {
    let last: ApplicationStatus | undefined;
    await until(`Application ${application}`, async () => {
      last = await this.status(application);
      return last.revisions.includes(commit) && last.sync === 'Synced' && last.health === 'Healthy' && last.phase === 'Succeeded';
    }, seconds).catch(error => {
      throw new Error(`${error.message} ${JSON.stringify(last)}`);
    });
  }

  /** Applies an object to the cluster that Argo CD runs beside, such as an Application. */
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
      } catch { /* it is there since the program before */ }
    }
    this.kube.inside(name, args, {
      PATH: `${bin}:${process.env.PATH}`,
      HOME: home,
      TMPDIR: temporary,
      // One program is all of Argo CD, and this says which part it is.
      ARGOCD_BINARY_NAME: name,
      // Its own cluster is known by the file of a client, since it runs in no pod.
      ARGOCD_FAKE_IN_CLUSTER: 'true',
      KUBECONFIG: this.kube.kubeconfig,
      ARGOCD_GPG_ENABLED: 'false',
      ARGOCD_TLS_DATA_PATH: tls,
      ARGOCD_SSH_DATA_PATH: ssh,
      // How soon it notices a commit by itself: minutes by default.
      ARGOCD_RECONCILIATION_TIMEOUT: '5s',
      ARGOCD_RECONCILIATION_JITTER: '0s',
    });
  }
}
