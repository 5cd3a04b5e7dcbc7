import { existsSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'fs';
import { get } from 'http';
import { dirname, join } from 'path';
import { run } from '../process';
import type { Kube } from './kube';
import { addHost, start, until } from './machine';

/** What an image holds, as far as a pod needs it: files at their paths, and the command when a manifest names none. */
export interface Image {
  /** Files or folders of this machine, by their path in the image. */
  readonly files: { [path: string]: string };
  readonly entrypoint: string[];
  readonly env?: { [name: string]: string };
}

/** A pod that runs: a host of the network, and what is needed to look into it. */
export interface RunningPod {
  readonly name: string;
  readonly namespace: string;
  readonly netns: string;
  readonly address: string;
  readonly labels: { [key: string]: string };
}

/**
 * Stands in for the kubelet: it starts what the pods of the API server say, in network namespaces of their own, with
 * their environment, volumes, service account tokens and users; and reports them ready when their probes say so.
 */
export class Pods {
  public readonly running: RunningPod[] = [];
  private readonly objects = new Map<RunningPod, any>();
  private next = 1;

  public constructor(private readonly kube: Kube, private readonly dns: string, private readonly images: (image: string) => Image) {}

  /** Starts the pod of a Deployment that does not run yet. */
  public async runDeployment(namespace: string, name: string, addresses: string[]): Promise<RunningPod> {
    const pod = await until(`a pod of ${namespace}/${name}`, async () => {
      const { items } = await this.kube.api('GET', `/api/v1/namespaces/${namespace}/pods`);
      return items.find((p: any) => p.metadata.name.startsWith(`${name}-`) && !p.status.podIP);
    });
    return this.runPod(pod, addresses);
  }

  private async runPod(pod: any, moreAddresses: string[]): Promise<RunningPod> {
    const { name, namespace, labels = {} } = pod.metadata;
    const address = `${this.kube.net}.1.${this.next++}`;
    const netns = await addHost(`${this.kube.cluster}-${this.next}`, [address, ...moreAddresses], this.kube.routes);
    writeResolver(join('/etc/netns', netns), this.resolver(namespace));
    await this.kube.api(
      'POST',
      `/api/v1/namespaces/${namespace}/pods/${name}/binding`,
      { apiVersion: 'v1', kind: 'Binding', metadata: { name }, target: { kind: 'Node', name: this.kube.node } },
    );
    await this.report(pod, address, false);
    const current = await this.kube.api('GET', `/api/v1/namespaces/${namespace}/pods/${name}`);
    const folder = join(this.kube.folder, 'pods', name);
    const volumes = new Map<string, string>();
    for (const volume of current.spec.volumes ?? []) {
      volumes.set(
        volume.name,
        await this.volume(current, volume, join(folder, 'volumes', volume.name)),
      );
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
    this.objects.set(running, current);
    for (const container of [
      ...current.spec.initContainers ?? [],
      ...current.spec.containers,
    ]) {
      await this.ready(container, address, `${this.kube.cluster}-${name}`);
    }
    await this.report(current, address, true);
    return running;
  }

  /** Brings a volume of a pod up to date, as a kubelet does a while after the Secret or ConfigMap has changed. */
  public async refresh(running: RunningPod, name: string): Promise<void> {
    const pod = this.objects.get(running);
    await this.volume(
      pod,
      pod.spec.volumes.find((volume: any) => volume.name === name),
      join(this.kube.folder, 'pods', running.name, 'volumes', name),
    );
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
    const image = this.images(container.image);
    // A link in this machine's root would lead mounts below /var/run out of the container.
    ['upper/var/run', 'work', 'root', 'etc'].forEach(part => mkdirSync(join(folder, part), { recursive: true }));
    writeResolver(join(folder, 'etc'), this.resolver(pod.metadata.namespace));
    writeFileSync(join(folder, 'etc', 'hosts'), `127.0.0.1 localhost\n${pod.status.podIP} ${pod.metadata.name}\n`);
    const mounts = [
      ...['resolv.conf', 'hosts'].map(file => [join(folder, 'etc', file), `/etc/${file}`]),
      ...Object.entries(image.files).map(([path, source]) => [source, path]),
      // Nested mounts after those that they stand in.
      ...(container.volumeMounts ?? []).map((mount: any) => [volumes.get(mount.name)!, mount.mountPath])
        .sort((a: string[], b: string[]) => a[1].length - b[1].length),
    ];
    writeFileSync(join(folder, 'mounts'), mounts.map(mount => `${mount.join('\t')}\n`).join(''));
    const uid = String(container.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser ?? 0);
    const env = this.environment(pod, container);
    const expand = (text: string) => text.replace(/\$\(([A-Za-z_]\w*)\)/g, (whole, name) => env[name] ?? whole);
    const args = [...container.command ?? image.entrypoint, ...container.args ?? []].map(expand);
    return ['bash', [join(__dirname, 'container.sh'), netns, folder, uid, ...args]];
  }

  private environment(pod: any, container: any): NodeJS.ProcessEnv {
    const env: NodeJS.ProcessEnv = {
      PATH: process.env.PATH,
      HOSTNAME: pod.metadata.name,
      KUBERNETES_SERVICE_HOST: `${this.kube.net}.128.1`,
      KUBERNETES_SERVICE_PORT: '443',
      ...this.images(container.image).env,
    };
    for (const { name, value, valueFrom } of container.env ?? []) {
      const resolved = value ?? (valueFrom?.fieldRef ? String(
        field(pod, valueFrom.fieldRef.fieldPath) ?? '',
      ) : valueFrom?.resourceFieldRef ? resource(container, valueFrom.resourceFieldRef.resource) : '');
      env[name] = resolved.replace(/\$\(([A-Za-z_]\w*)\)/g, (whole: string, other: string) => env[other] ?? whole);
    }
    return env;
  }

  /** Makes the folder of a volume with what it holds, in a step, as a kubelet does: files are links through `..data`. */
  private async volume(pod: any, volume: any, folder: string): Promise<string> {
    const version = `..${process.hrtime.bigint()}`;
    mkdirSync(join(folder, version), { recursive: true });
    const names = new Set<string>();
    const put = (path: string, text: string | Buffer) => {
      mkdirSync(dirname(join(folder, version, path)), { recursive: true });
      writeFileSync(join(folder, version, path), text);
      names.add(path.split('/')[0]);
    };
    const sources = volume.projected?.sources ?? [volume];
    for (const source of sources) {
      if (source.configMap) {
        await this.files('configmaps', pod, source.configMap, put);
      }
      if (source.secret) {
        await this.files('secrets', pod, source.secret, put);
      }
      if (source.serviceAccountToken) {
        put(source.serviceAccountToken.path, await this.token(pod, source.serviceAccountToken));
      }
      for (const item of source.downwardAPI?.items ?? []) {
        put(item.path, downward(field(pod, item.fieldRef?.fieldPath ?? '')));
      }
    }
    const owner = String(pod.spec.securityContext?.fsGroup ?? 1337);
    await run('chown', ['-R', `${owner}:${owner}`, folder]);
    await run('chmod', ['-R', 'a+rX', folder]);
    symlinkSync(version, join(folder, '..data.new'));
    renameSync(join(folder, '..data.new'), join(folder, '..data'));
    [...names].filter(name => !existsSync(join(folder, name))).forEach(name => symlinkSync(join('..data', name), join(folder, name)));
    return folder;
  }

  private async files(kind: string, pod: any, source: any, put: (path: string, text: Buffer) => void): Promise<void> {
    const name = source.name ?? source.secretName;
    const path = `/api/v1/namespaces/${pod.metadata.namespace}/${kind}/${name}`;
    // What is not optional may come a moment later, as Istio's root certificate does.
    const object = await (source.optional ? this.kube.api('GET', path).catch(() => undefined) : until(
      path,
      () => this.kube.api('GET', path),
      60,
    ));
    const data: { [key: string]: string } = object?.data ?? {};
    const items: Array<{ key: string; path: string }> = source.items ?? Object.keys(data).map(key => ({ key, path: key }));
    items.filter(({ key }) => data[key] !== undefined).forEach(
      ({ key, path: target }) => put(target, Buffer.from(data[key], kind === 'secrets' ? 'base64' : 'utf8')),
    );
  }

  private async token(pod: any, { audience, expirationSeconds }: any): Promise<string> {
    const { namespace, name, uid } = pod.metadata;
    const spec = {
      audiences: audience ? [audience] : [],
      expirationSeconds: Math.max(expirationSeconds ?? 3600, 3600),
      boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name, uid },
    };
    return this.kube.tokenOf(namespace, pod.spec.serviceAccountName ?? 'default', spec);
  }

  private async ready(container: any, address: string, log: string): Promise<void> {
    const probe = container.readinessProbe?.httpGet ?? container.startupProbe?.httpGet;
    if (!probe || typeof probe.port !== 'number') {
      return;
    }
    await until(
      `container ${container.name} ready`,
      () => status(`http://${address}:${probe.port}${probe.path ?? '/'}`).then(code => code === 200),
      60,
      log,
    );
  }

  private async report(pod: any, address: string, ready: boolean): Promise<void> {
    const conditions = ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map(
      (type, i) => ({ type, status: ready || i < 2 ? 'True' : 'False' }),
    );
    const patch = {
      status: { phase: ready ? 'Running' : 'Pending', podIP: address, podIPs: [{ ip: address }], hostIP: this.kube.address, conditions },
    };
    await this.kube.api(
      'PATCH',
      `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}/status`,
      patch,
      'application/strategic-merge-patch+json',
    );
  }
}

function writeResolver(folder: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'resolv.conf'), text);
}

/** A field of a pod as the downward API names it. */
function field(pod: any, path: string): unknown {
  const bracket = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (bracket) {
    return pod.metadata[bracket[1]]?.[bracket[2]];
  }
  if (path === 'status.hostIP') {
    return pod.status.hostIP ?? '';
  }
  return path.split('.').reduce((value: any, part) => value?.[part], pod);
}

/** Labels and annotations as the downward API writes them. */
function downward(value: unknown): string {
  return typeof value === 'object' && value !== null ? Object.entries(value).map(
    ([key, v]) => `${key}=${JSON.stringify(v)}`,
  ).join('\n') : String(value ?? '');
}

function resource(container: any, name: string): string {
  const [kind, what] = name.split('.');
  const quantity: string = container.resources?.[kind]?.[what] ?? (what === 'cpu' ? '2' : '1Gi');
  const units: { [unit: string]: number } = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 };
  const [, amount, unit] = /^(\d+)(.*)$/.exec(quantity)!;
  return unit === 'm' ? String(Math.ceil(Number(amount) / 1000)) : String(Number(amount) * (units[unit] ?? 1));
}

function status(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { timeout: 2000 }, answer => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    }).on('error', reject);
  });
}
