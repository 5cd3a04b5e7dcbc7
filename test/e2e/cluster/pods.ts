import { mkdirSync, readFileSync, writeFileSync } from 'fs';
import { get } from 'http';
import { join } from 'path';
import { run } from '../process';
import { podField, resourceText } from './downward-api';
import type { Kube } from './kube';
import { addHost, start, until } from './machine';
import { writeVolume } from './volumes';

/** Content of an image, as far as a pod needs it. */
export interface Image {
  /** Files and folders of this machine, by path in the image. */
  readonly files: { [path: string]: string };
  /** Command of a container whose manifest has none. */
  readonly entrypoint: string[];
  readonly env?: { [name: string]: string };
}

/** A running pod, which is a host of the network. */
export interface RunningPod {
  readonly name: string;
  readonly namespace: string;
  readonly netns: string;
  readonly address: string;
  readonly labels: { [key: string]: string };
}

interface Mount {
  readonly source: string;
  readonly path: string;
}

/**
 * Replaces the kubelet: it starts the containers of pods in network namespaces of their own, with their environment, volumes, service
 * account tokens and users, and reports the pods as ready after their probes succeed.
 */
export class Pods {
  public readonly running: RunningPod[] = [];
  private readonly manifests = new Map<RunningPod, any>();
  private nextHost = 1;

  public constructor(private readonly kube: Kube, private readonly dns: string, private readonly imageOf: (name: string) => Image) {}

  /** Starts a pod of a Deployment that does not run yet. */
  public async runDeployment(namespace: string, name: string, addresses: string[]): Promise<RunningPod> {
    const pod = await until(`a pod of ${namespace}/${name}`, async () => {
      const { items } = await this.kube.api('GET', `/api/v1/namespaces/${namespace}/pods`);
      return items.find((p: any) => p.metadata.name.startsWith(`${name}-`) && !p.status.podIP);
    });
    return this.runPod(pod, addresses);
  }

  private async runPod(pod: any, extraAddresses: string[]): Promise<RunningPod> {
    const { name, namespace, labels = {} } = pod.metadata;
    const address = `${this.kube.net}.1.${this.nextHost++}`;
    const netns = await addHost(`${this.kube.cluster}-${this.nextHost}`, [address, ...extraAddresses], this.kube.routes);
    writeResolver(join('/etc/netns', netns), this.resolver(namespace));
    const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name }, target: { kind: 'Node', name: this.kube.node } };
    await this.kube.api('POST', `/api/v1/namespaces/${namespace}/pods/${name}/binding`, binding);
    await this.report(pod, address, false);
    const current = await this.kube.api('GET', `/api/v1/namespaces/${namespace}/pods/${name}`);
    const folder = join(this.kube.folder, 'pods', name);
    const volumes = new Map<string, string>();
    for (const volume of current.spec.volumes ?? []) {
      volumes.set(volume.name, await writeVolume(this.kube, current, volume, join(folder, 'volumes', volume.name)));
    }
    for (const container of current.spec.initContainers ?? []) {
      if (container.restartPolicy === 'Always') {
        this.startContainer(current, container, netns, folder, volumes);
      } else {
        await run(...this.command(current, container, netns, folder, volumes), { env: this.environment(current, container) });
      }
    }
    current.spec.containers.forEach((container: any) => this.startContainer(current, container, netns, folder, volumes));
    const running = { name, namespace, netns, address, labels };
    this.running.push(running);
    this.manifests.set(running, current);
    for (const container of [...current.spec.initContainers ?? [], ...current.spec.containers]) {
      await this.untilReady(container, address, `${this.kube.cluster}-${name}`);
    }
    await this.report(current, address, true);
    return running;
  }

  /** Reports a pod as not ready, as a kubelet does when a container has ended. */
  public async fail(running: RunningPod): Promise<void> {
    await this.report(this.manifests.get(running), running.address, false);
  }

  /** Updates a volume of a pod, as a kubelet does some time after its Secret or ConfigMap has changed. */
  public async refresh(running: RunningPod, name: string): Promise<void> {
    const pod = this.manifests.get(running);
    const volume = pod.spec.volumes.find((candidate: any) => candidate.name === name);
    await writeVolume(this.kube, pod, volume, join(this.kube.folder, 'pods', running.name, 'volumes', name));
  }

  private resolver(namespace: string): string {
    return `nameserver ${this.dns}\nsearch ${namespace}.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n`;
  }

  private startContainer(pod: any, container: any, netns: string, folder: string, volumes: Map<string, string>): void {
    const [program, args] = this.command(pod, container, netns, folder, volumes);
    start(`${this.kube.cluster}-${pod.metadata.name}`, program, args, { env: this.environment(pod, container) });
  }

  private command(pod: any, container: any, netns: string, podFolder: string, volumes: Map<string, string>): [string, string[]] {
    const folder = join(podFolder, container.name);
    const image = this.imageOf(container.image);
    // /var/run is a link on this machine. A folder in the upper layer keeps mounts below it inside the container.
    ['upper/var/run', 'work', 'root', 'etc'].forEach(part => mkdirSync(join(folder, part), { recursive: true }));
    writeResolver(join(folder, 'etc'), this.resolver(pod.metadata.namespace));
    writeFileSync(join(folder, 'etc', 'hosts'), `127.0.0.1 localhost\n${pod.status.podIP} ${pod.metadata.name}\n`);
    const mounts: Mount[] = [
      ...['resolv.conf', 'hosts'].map(file => ({ source: join(folder, 'etc', file), path: `/etc/${file}` })),
      ...Object.entries(image.files).map(([path, source]) => ({ source, path })),
      // A mount inside another mount must come after it.
      ...(container.volumeMounts ?? []).map(({ name, mountPath }: any) => ({ source: volumes.get(name)!, path: mountPath }))
        .sort((a: Mount, b: Mount) => a.path.length - b.path.length),
    ];
    writeFileSync(join(folder, 'mounts'), mounts.map(({ source, path }) => `${source}\t${path}\n`).join(''));
    const uid = String(container.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser ?? 0);
    const env = this.environment(pod, container);
    const command: string[] = [...container.command ?? image.entrypoint, ...container.args ?? []];
    const args = command.map(text => withVariables(text, env));
    return ['bash', [join(__dirname, 'container.sh'), netns, folder, uid, ...args]];
  }

  private environment(pod: any, container: any): NodeJS.ProcessEnv {
    const env: NodeJS.ProcessEnv = {
      PATH: process.env.PATH,
      HOSTNAME: pod.metadata.name,
      KUBERNETES_SERVICE_HOST: `${this.kube.net}.128.1`,
      KUBERNETES_SERVICE_PORT: '443',
      ...this.imageOf(container.image).env,
    };
    for (const { name, value, valueFrom } of container.env ?? []) {
      env[name] = withVariables(value ?? referredValue(pod, container, valueFrom), env);
    }
    return env;
  }

  private async untilReady(container: any, address: string, log: string): Promise<void> {
    const probe = container.readinessProbe?.httpGet ?? container.startupProbe?.httpGet;
    if (!probe || typeof probe.port !== 'number') {
      return;
    }
    const url = `http://${address}:${probe.port}${probe.path ?? '/'}`;
    await until(`container ${container.name} ready`, async () => await statusOf(url) === 200, 60, log);
  }

  private async report(pod: any, address: string, ready: boolean): Promise<void> {
    const conditions = ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map(
      (type, i) => ({ type, status: ready || i < 2 ? 'True' : 'False' }),
    );
    const patch = {
      status: { phase: ready ? 'Running' : 'Pending', podIP: address, podIPs: [{ ip: address }], hostIP: this.kube.address, conditions },
    };
    const path = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}/status`;
    await this.kube.api('PATCH', path, patch, 'application/strategic-merge-patch+json');
  }
}

/** Sends a signal to the agent of a pod with a proxy, which ends its Envoy; SIGKILL to all processes of the pod. */
export async function signalPod(name: 'TERM' | 'KILL', pod: RunningPod): Promise<void> {
  const pids = (await run('ip', ['netns', 'pids', pod.netns])).trim().split('\n').filter(Boolean).map(Number);
  const isAgent = (pid: number) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'pilot-agent';
  pids.filter(pid => name === 'KILL' || isAgent(pid)).forEach(pid => process.kill(pid, `SIG${name}`));
}

function writeResolver(folder: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'resolv.conf'), text);
}

/** Text with the values of variables, which are written as `$(NAME)`. */
function withVariables(text: string, env: NodeJS.ProcessEnv): string {
  return text.replace(/\$\(([A-Za-z_]\w*)\)/g, (whole: string, name: string) => env[name] ?? whole);
}

/** Value of a variable that a manifest takes from the pod or from the resources of the container. */
function referredValue(pod: any, container: any, valueFrom: any): string {
  if (valueFrom?.fieldRef) {
    return String(podField(pod, valueFrom.fieldRef.fieldPath) ?? '');
  }
  return valueFrom?.resourceFieldRef ? resourceText(container, valueFrom.resourceFieldRef.resource) : '';
}

/** Status code of the answer to a GET request. */
function statusOf(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { timeout: 2000 }, answer => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    }).on('error', reject);
  });
}
