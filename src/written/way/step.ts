import type { Finding } from '../finding';
import type { Place } from '../source';

/** Stations of a request, in their order. */
export type Station =
  | 'name' | 'route' | 'TLS' | 'egress' | 'gateway' | 'opened' | 'Service' | 'callers' | 'local pods';

/** Address of a gateway among those that requests of an import can go to. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
  /** Rank: 0 answers first, and others when those before them fail. */
  readonly rank: number;
  /** Weight among the endpoints of one rank; undefined where no file says. */
  readonly weight?: number;
}

/** What the proxy of a caller must have for a request. */
export interface Hop {
  readonly host: string;
  readonly port: number;
  /** Subset that the caller chooses; empty for the whole host. */
  readonly subset: string;
  readonly sni: string;
  /** Identities that the caller accepts; none where it accepts every workload of the mesh. */
  readonly identities: readonly string[];
  /** Whether the host is a Service of the cluster itself, whose proxies also know local pods. */
  readonly isLocalName: boolean;
}

/** Station of a request: what decides there, in which file, and what could stop the request. */
export interface Step {
  readonly station: Station;
  readonly text: string;
  readonly details: readonly string[];
  /** Cluster that the request arrives at in this step. */
  readonly cluster?: string;
  /** Gateway that the request goes to in this step. */
  readonly endpoint?: Endpoint;
  /** Service that the gateway is asked for in this step, such as `httpbin.bar.svc.cluster.local`. */
  readonly asked?: string;
  /** At the step egress: the address of the egress gateway. */
  readonly egress?: Pick<Endpoint, 'address' | 'port'>;
  /** At the step name of a global name: the VIPs. */
  readonly vips?: readonly string[];
  /** At the steps TLS and local pods: what the request needs of the caller's proxy. */
  readonly hop?: Hop;
  /** What the proxies of running clusters say; undefined where none was asked. */
  readonly live?: readonly string[];
  /** Line that decides; undefined where no file does. */
  readonly place?: Place;
  /** What is wrong here, by the files. */
  readonly findings: readonly Finding[];
  /** What could stop the request here, and no file shows. */
  readonly risks: readonly string[];
  /** Whether the files say nothing about what comes next: another repository may. */
  readonly isOutOfSight: boolean;
  /** What comes next; several steps where the request can take several ways. */
  readonly next: readonly Step[];
}

/** How a request ends. */
export type Outcome = 'answered' | 'stopped' | 'out of sight';

/** Completes a step with what most steps do not have. */
export function step(station: Station, text: string, parts: Partial<Step> = {}): Step {
  return { station, text, details: [], findings: [], risks: [], isOutOfSight: false, next: [], ...parts };
}

/** All steps of a way. */
export function stepsOf(first: Step): Step[] {
  return [first, ...first.next.flatMap(stepsOf)];
}

/** What is wrong on a way. */
export function findingsOn(first: Step): Finding[] {
  return stepsOf(first).flatMap(({ findings }) => findings);
}

/** A way up to the first step that stops the request. */
export function untilStopped(first: Step): Step {
  const isStopped = first.findings.some(({ severity }) => severity === 'error');
  return { ...first, next: isStopped ? [] : first.next.map(untilStopped) };
}

/** How the ways from a step end, one outcome for each end. */
export function outcomesOf(first: Step): Outcome[] {
  if (first.findings.some(({ severity }) => severity === 'error')) {
    return ['stopped'];
  }
  if (first.next.length === 0) {
    return [first.isOutOfSight ? 'out of sight' : 'answered'];
  }
  return first.next.flatMap(outcomesOf);
}
