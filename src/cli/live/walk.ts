import type { LiveCluster, ReadyPod } from './live-cluster';
import type { Proxy, ProxyCluster } from './proxy';
import type { Hop, Step } from '../../written/way/step';

/** The running clusters of a mesh, by name. */
export type LiveMesh = ReadonlyMap<string, LiveCluster>;

/** What a step adds to the step of the files, and what the next steps know. */
export interface LivePart {
  readonly live: string[];
  readonly findings?: Step['findings'];
  readonly next?: Partial<Walk>;
  /** Whether the proxies answer what the files leave open, so that no risk remains at the step. */
  readonly settles?: boolean;
}

/** Where a walk is. */
export interface Walk {
  readonly mesh: LiveMesh;
  /** Where the request is asked for, as findings name it. */
  readonly where: string;
  /** Host and port that the caller asks for. */
  readonly asked: { readonly host: string; readonly port: number };
  /** Cluster whose proxies decide now; undefined where no context is named for it. */
  readonly cluster?: LiveCluster;
  /** Proxy that decides now: the caller's, then that of a gateway. */
  readonly proxy?: Proxy;
  readonly pod?: ReadyPod;
  /** What the request needs of the caller's proxy, once it is known. */
  readonly hop?: Hop;
  /** Envoy cluster by which the proxy sends the request on. */
  readonly upstream?: ProxyCluster;
}
