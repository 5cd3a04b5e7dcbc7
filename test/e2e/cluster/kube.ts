import { ChildProcess } from 'child_process';
import { mkdirSync, writeFileSync } from 'fs';
import { request } from 'https';
import { join } from 'path';
import { Part } from '../parts';
import { attempt, run } from '../process';
import { addHost, namespace, start, STATE, until } from './machine';

/** Programs of a Kubernetes control plane, and its client. */
export const KUBE_PARTS: Part[] = ['kube-apiserver', 'kube-controller-manager', 'kubectl'].map(
  name => ({ name, module: 'kube', package: `k8s.io/kubernetes/cmd/${name}` }),
);

/** Returns the path of a program, by its name. */
export type Programs = (name: string) => string;

/** Token of the administrator of every cluster. */
export const TOKEN = 'e2e-admin';

const CONTROLLERS = [
  'garbage-collector',
  'namespace',
  'deployment',
  'replicaset',
  'job',
  'serviceaccount',
  'root-ca-certificate-publisher',
  'endpointslice',
  'disruption',
];

/** Content of a kubeconfig with a context for each of some users, the first of which is the current one. */
export function kubeconfigOf(users: ReadonlyArray<{ readonly name: string; readonly kube: Kube; readonly token: string }>): string {
  return JSON.stringify({
    'apiVersion': 'v1',
    'kind': 'Config',
    'clusters': users.map(({ name, kube }) => ({ name, cluster: { 'server': kube.server, 'insecure-skip-tls-verify': true } })),
    'users': users.map(({ name, token }) => ({ name, user: { token } })),
    'contexts': users.map(({ name }) => ({ name, context: { cluster: name, user: name } })),
    'current-context': users[0].name,
  });
}

/** A real API server with etcd, and the controllers that create the pods of Deployments and the endpoints of pods. */
export class Kube {
  public readonly address: string;
  /** Routes of every host of the cluster: the node forwards traffic to the clusterIPs of Services. */
  public readonly routes: { [range: string]: string };
  public readonly folder: string;
  /** The node of all pods. The controllers publish endpoints only for pods of existing nodes. */
  public readonly node: string;
  /** File with the kubeconfig of the administrator. */
  public readonly kubeconfig: string;
  /** URL of the API server, for clients in any network of the rig. */
  public readonly server: string;

  public constructor(public readonly cluster: string, public readonly net: string, private readonly programs: Programs) {
    this.address = `${net}.0.1`;
    this.routes = { [`${net}.128.0/17`]: `${net}.0.254` };
    this.folder = join(STATE, cluster);
    this.node = `${cluster}-node`;
    this.kubeconfig = join(this.folder, 'kubeconfig');
    this.server = `https://${this.address}:6443`;
  }

  /** @param without controllers that do not run, since the proof does their work */
  public async start(without: string[] = []): Promise<void> {
    mkdirSync(this.folder, { recursive: true });
    await addHost(`${this.cluster}-cp`, [this.address], this.routes);
    const inside = (log: string, args: string[]) => this.inside(log, args);
    const key = join(this.folder, 'sa.key');
    const certs = join(this.folder, 'certs');
    await run('openssl', ['genrsa', '-out', key, '2048']);
    writeFileSync(join(this.folder, 'tokens.csv'), `${TOKEN},admin,admin,system:masters\n`);
    writeFileSync(this.kubeconfig, this.configFor(TOKEN));
    inside('etcd', ['etcd', '--data-dir', join(this.folder, 'etcd'), '--unsafe-no-fsync', '--log-level', 'error']);
    inside('apiserver', [
      this.programs('kube-apiserver'),
      '--etcd-servers=http://127.0.0.1:2379',
      `--advertise-address=${this.address}`,
      `--service-cluster-ip-range=${this.net}.128.0/17`,
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-signing-key-file=${key}`,
      `--service-account-key-file=${key}`,
      '--authorization-mode=RBAC',
      `--token-auth-file=${join(this.folder, 'tokens.csv')}`,
      `--cert-dir=${certs}`,
      '--secure-port=6443',
      '--api-audiences=https://kubernetes.default.svc,istio-ca',
    ]);
    await until(`API server of ${this.cluster}`, async () => (await this.api('GET', '/readyz')) === 'ok', 90, `${this.cluster}-apiserver`);
    await this.api('POST', '/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: this.node } });
    const controllers = CONTROLLERS.filter(name => !without.includes(name)).map(name => `${name}-controller`);
    inside('controllers', [
      this.programs('kube-controller-manager'),
      '--kubeconfig', this.kubeconfig,
      '--authentication-kubeconfig', this.kubeconfig,
      '--authorization-kubeconfig', this.kubeconfig,
      `--service-account-private-key-file=${key}`,
      `--root-ca-file=${join(certs, 'apiserver.crt')}`,
      '--leader-elect=false',
      `--controllers=${controllers.join(',')}`,
    ]);
  }

  /** Starts a program in the network of the API server. It runs until the end of the rig. */
  public inside(log: string, args: string[], env: NodeJS.ProcessEnv = process.env): ChildProcess {
    return start(`${this.cluster}-${log}`, 'ip', ['netns', 'exec', namespace(`${this.cluster}-cp`), ...args], { cwd: this.folder, env });
  }

  /** Runs kubectl as administrator, and returns its output. */
  public kubectl(...args: string[]): Promise<string> {
    return run(this.programs('kubectl'), ['--kubeconfig', this.kubeconfig, ...args]);
  }

  /** Waits until all custom resource definitions are established. `kubectl wait` fails for a new definition without conditions. */
  public async established(): Promise<void> {
    await until(`kinds of ${this.cluster}`, () => this.kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s'));
  }

  /** Sends a request to the API server as administrator. Returns the JSON object of the response, or its text if it is not JSON. */
  public api(method: string, path: string, body?: unknown, contentType = 'application/json'): Promise<any> {
    return new Promise((resolve, reject) => {
      const call = request({
        method,
        path,
        host: this.address,
        port: 6443,
        rejectUnauthorized: false,
        headers: {
          'Authorization': `Bearer ${TOKEN}`,
          'Content-Type': contentType,
        },
        timeout: 60_000,
      }, answer => {
        let text = '';
        answer.on('data', chunk => {
          text += chunk;
        });
        answer.on('end', () => {
          if ((answer.statusCode ?? 500) >= 300) {
            reject(new Error(`${method} ${path}: ${answer.statusCode} ${text.slice(0, 300)}`));
          }
          try {
            resolve(JSON.parse(text));
          } catch {
            resolve(text);
          }
        });
      });
      call.on('error', reject);
      call.on('timeout', () => call.destroy(new Error(`${method} ${path}: no answer`)));
      call.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** Returns the reasons why the API server refuses an object; an empty string if it accepts the object. Applies nothing. */
  public async refusalOf(object: object): Promise<string> {
    const file = join(this.folder, 'object.json');
    writeFileSync(file, JSON.stringify(object));
    const args = ['apply', '--server-side', '--force-conflicts', '--validate=strict', '--dry-run=server', '-f', file];
    const { code, stderr } = await attempt(this.programs('kubectl'), ['--kubeconfig', this.kubeconfig, ...args]);
    return code === 0 ? '' : stderr;
  }

  /** Returns a token of a service account. `spec` sets its lifetime and audiences. */
  public async tokenOf(namespaceOfIt: string, account: string, spec: object = {}): Promise<string> {
    const path = `/api/v1/namespaces/${namespaceOfIt}/serviceaccounts/${account}/token`;
    return (await this.api('POST', path, { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec })).status.token;
  }

  /** Returns the content of a kubeconfig with a token. */
  public configFor(token: string): string {
    return kubeconfigOf([{ name: this.cluster, kube: this, token }]);
  }
}
