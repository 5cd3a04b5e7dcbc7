import { Proxy, PROXY } from './proxy';
import { objectAt, objectsIn } from '../../checks/content';
import { selects, WrittenCluster } from '../../written/cluster';
import type { Manifest } from '../../written/manifest';
import type { Kubectl, LiveObject } from '../kubectl/kubectl';

/** A pod that runs and is ready. */
export interface ReadyPod {
  readonly namespace: string;
  readonly name: string;
  readonly address: string;
  readonly labels: { readonly [key: string]: string };
  readonly containers: string[];
}

/** A running cluster beside its folder. Whatever is read once is kept, so that all checks see the same. */
export class LiveCluster {
  private readonly pods = new Map<string, Promise<ReadyPod[]>>();
  private readonly proxies = new Map<string, Promise<Proxy>>();

  public constructor(public readonly kubectl: Kubectl, public readonly written: WrittenCluster) {}

  public get name(): string {
    return this.written.name;
  }

  /** The ready pods of a namespace, in the order of their names. */
  public podsIn(namespace: string): Promise<ReadyPod[]> {
    return kept(this.pods, namespace, async () => (
      (await this.kubectl.get(`read pods of namespace ${namespace}`, 'pods', `--namespace=${namespace}`))
        .flatMap(readyPod).sort((a, b) => a.name < b.name ? -1 : 1)
    ));
  }

  /** The first ready pod of a namespace that has a sidecar; undefined where there is none. */
  public async callerIn(namespace: string): Promise<ReadyPod | undefined> {
    const pods = (await this.podsIn(namespace)).filter(({ containers }) => containers.includes(PROXY));
    return pods.find(({ containers }) => containers.length > 1);
  }

  /** The ready pods of the gateways that a Gateway object configures. */
  public async podsOf(gateway: Manifest): Promise<ReadyPod[]> {
    const selector = objectAt(objectAt(gateway.content.spec).selector);
    return (await this.podsIn(gateway.namespace)).filter(({ labels }) => selects(selector, labels));
  }

  /** Gateway objects that open hosts to other clusters, or let the egress gateway listen, one for each selector. */
  public gatewaysWith(mode: 'AUTO_PASSTHROUGH' | 'PASSTHROUGH'): Manifest[] {
    const all = this.written.of('Gateway', 'networking.istio.io').filter(
      ({ content }) => objectsIn(objectAt(content.spec).servers).some(({ tls }) => objectAt(tls).mode === mode),
    );
    const keyOf = ({ namespace, content }: Manifest) => `${namespace} ${JSON.stringify(objectAt(content.spec).selector)}`;
    return [...new Map(all.map(gateway => [keyOf(gateway), gateway])).values()];
  }

  /** What the proxy of a pod runs with. */
  public proxyOf(pod: ReadyPod): Promise<Proxy> {
    return kept(this.proxies, `${pod.namespace}/${pod.name}`, () => Proxy.read(this.kubectl, pod));
  }
}

function readyPod({ metadata, spec, status }: LiveObject): ReadyPod[] {
  const { conditions, podIP } = objectAt(status);
  const isReady = objectsIn(conditions).some(condition => condition.type === 'Ready' && condition.status === 'True');
  const names = [...objectsIn(objectAt(spec).initContainers), ...objectsIn(objectAt(spec).containers)].map(({ name }) => String(name));
  return isReady && objectAt(metadata).deletionTimestamp === undefined ? [{
    namespace: String(metadata.namespace),
    name: String(metadata.name),
    address: String(podIP),
    labels: objectAt(metadata.labels),
    containers: names,
  }] : [];
}

function kept<T>(all: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const value = all.get(key) ?? read();
  all.set(key, value);
  return value;
}
