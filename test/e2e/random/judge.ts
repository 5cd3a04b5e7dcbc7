import type { Call, Endpoint } from './expectation';
import type { GatewayPods } from './model';
import type { RunningService } from './workloads';
import { startLineProgram } from '../line-program';

/** A cluster as the judge is asked about it. */
export interface JudgedCluster {
  readonly name: string;
  readonly folder: string;
  readonly installValues: string;
  readonly domain: string;
  readonly rootNamespace: string;
  readonly locality: string;
  readonly families: number[];
  readonly services: RunningService[];
  readonly gateways: JudgedGateway[];
  readonly calls: Call[];
  /** Hosts whose configuration is asked for. */
  readonly settings?: HostOfNamespace[];
}

/** A host as the sidecars of a namespace know it. */
export interface HostOfNamespace {
  readonly namespace: string;
  readonly host: string;
}

/** A gateway, with the file of its install values; empty where nothing installs it. */
export interface JudgedGateway extends GatewayPods {
  readonly installValues: string;
}

/** What istiod makes of a cluster. */
export interface ClusterVerdict {
  readonly error?: string;
  readonly invalid: string[] | null;
  readonly objects: number;
  readonly gateways: Opening[][] | null;
  readonly calls: CallVerdict[] | null;
  readonly settings: HostSettings[] | null;
}

/** Configuration of a host in the form of Envoy: its routes, and its clusters by the name of the subset. */
export interface HostSettings {
  readonly routes: any[];
  readonly clusters: { readonly [subset: string]: any };
}

export interface Opening {
  readonly port: number;
  readonly sni: string;
  readonly routes: Route[];
}

export interface CallVerdict {
  readonly resolved: string[];
  readonly outcomes: Array<{ readonly address: string; readonly nowhere?: string; readonly routes: Route[] }>;
}

export interface Route {
  readonly cluster: string;
  readonly host: string;
  readonly subset: string;
  readonly weight: number;
  readonly tls: string;
  readonly sni: string;
  readonly identities: string[];
  readonly tiers: Endpoint[][];
}

/** The program `mesh-judge`, which answers for one mesh after the other. */
export interface Judge {
  readonly ask: (clusters: JudgedCluster[]) => Promise<ClusterVerdict[]>;
  readonly end: () => void;
}

export function startJudge(program: string): Judge {
  const judge = startLineProgram('mesh-judge', program);
  return { ask: async clusters => (await judge.ask({ clusters })).clusters, end: judge.end };
}
