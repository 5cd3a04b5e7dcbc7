/**
 * A mesh as data: what somebody declares, before the library has seen it. From it come the program that is run
 * (`program.ts`) and, on a way of its own, what must follow (`model.ts`).
 */
export interface MeshDeclaration {
  readonly release: string;
  readonly suffix: string;
  readonly clusters: ClusterDeclaration[];
  /** Clusters that other repositories declare: what is exported there is described by hand. */
  readonly outside: ClusterDeclaration[];
  readonly services: ServiceDeclaration[];
  readonly imports: ImportDeclaration[];
  /** Whether a namespace without any right creates objects that aim at the mesh (`hostile.ts`). */
  readonly hostile: boolean;
}

/** The steps of a cluster's retirement, first to last; each is a key of RetirementStep. */
export const STEPS = ['CONSUMERS', 'SERVICES', 'DNS', 'CONTROL_PLANE', 'CA'] as const;
export type Step = typeof STEPS[number];

export interface ClusterDeclaration {
  readonly name: string;
  readonly release: string;
  readonly domain: string;
  readonly trustDomain: string;
  readonly aliases: string[];
  readonly istioNamespace: string;
  readonly selector?: { [key: string]: string };
  readonly revision?: string;
  readonly locality?: string;
  /** The IP families of its pods. */
  readonly families: number[];
  /** The range of its VIPs, as the program says it; undefined for the library's own. */
  readonly vips?: VipsDeclaration;
  readonly gateways: GatewayDeclaration[];
  /** The node port of the gateway's Service. */
  readonly nodePort?: number;
  readonly egress?: EgressDeclaration;
  readonly connectTimeoutMs?: number;
  readonly strictMtls: boolean;
  readonly retire?: Step;
}

export interface VipsDeclaration {
  readonly ipv4?: string;
  readonly ipv6?: string;
}

export interface GatewayDeclaration {
  readonly address: string;
  readonly port?: number;
}

export interface EgressDeclaration {
  readonly clusterIp?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly selector?: { [key: string]: string };
}

export interface PortDeclaration {
  readonly protocol: string;
  readonly name: string;
  readonly port: number;
}

export interface ServiceDeclaration {
  readonly name: string;
  readonly namespace: string;
  /** What follows its name and namespace in the host. */
  readonly suffix: string;
  /** Whether clusters outside the mesh export it: it is then a RemoteService. */
  readonly foreign: boolean;
  /** The exported ports. */
  readonly ports: PortDeclaration[];
  /** Ports that its Service has beside them. AUTO_PASSTHROUGH opens them too, unless they are UDP. */
  readonly extraPorts: PortDeclaration[];
  readonly addresses: string[];
  /** Whether importers reach the exported ports alone. */
  readonly onlyPorts: boolean;
  readonly exports: ExportDeclaration[];
}

export interface ExportDeclaration {
  readonly cluster: string;
  readonly serviceAccount?: string;
  readonly versions: VersionDeclaration[];
  /** How many pods there are for each version, and of no version. */
  readonly pods: number;
  readonly guarded: boolean;
  readonly retire: boolean;
}

export interface VersionDeclaration {
  readonly name: string;
  /** The labels of its pods. */
  readonly labels: { [key: string]: string };
  /** Whether a DestinationRule of the user's own defines it. */
  readonly existing: boolean;
}

export interface ImportDeclaration {
  readonly cluster: string;
  /** Which of the services. */
  readonly service: ServiceDeclaration;
  readonly namespace: string;
  /** The name of an import kind (`import-kinds.ts`). */
  readonly kind: string;
  /** The exporting cluster whose handle is imported; which one must not matter. */
  readonly handle: string;
  readonly routing?: RoutingDeclaration;
  readonly priority?: PriorityDeclaration;
  readonly addresses: string[];
  /** What there is of the service in an importing cluster that does not export it, for an import under its local name. */
  readonly home: Home;
  readonly retire: boolean;
}

/**
 * A local Service: the import creates it, or it is there already, without pods or with some. Where the importing cluster exports the
 * service, its Service is there.
 */
export const HOMES = ['created', 'empty', 'pods'] as const;
export type Home = typeof HOMES[number];

/** The kinds of imports (`import-kinds.ts`). */
export const KIND_NAMES = ['direct', 'egress', 'local', 'local egress'];
const LOCAL_KINDS = ['local', 'local egress'];
const EGRESS_KINDS = ['egress', 'local egress'];

/** Which cluster answers, by the name of a method of ClusterPriority. */
export interface PriorityDeclaration {
  readonly kind: 'spread' | 'inOrder' | 'weights';
  readonly order: string[];
  readonly shares: { readonly [cluster: string]: number };
}

export interface RoutingDeclaration {
  readonly weights: Weights;
  /** What was added by whenHeaders, in this order. */
  readonly rules: HeaderRule[];
}

export interface HeaderRule {
  readonly headers: HeaderDeclaration[];
  readonly weights: Weights;
}

export interface HeaderDeclaration {
  readonly name: string;
  readonly kind: 'exact' | 'prefix' | 'regex';
  readonly value: string;
  /** A value that it takes. */
  readonly example: string;
}

export interface Weights {
  readonly [version: string]: number;
}

/** Whether an import is under the local name of a service. */
export function isLocal({ kind }: { readonly kind: string }): boolean {
  return LOCAL_KINDS.includes(kind);
}

/** Whether an import leaves through the egress gateway. */
export function leavesByEgress({ kind }: { readonly kind: string }): boolean {
  return EGRESS_KINDS.includes(kind);
}

/** Whether a cluster's retirement has come to a step. */
export function hasReached(cluster: ClusterDeclaration, step: Step): boolean {
  return cluster.retire !== undefined && STEPS.indexOf(cluster.retire) >= STEPS.indexOf(step);
}

/** A cluster by its name, in the mesh or outside. */
export function clusterOf(mesh: MeshDeclaration, name: string): ClusterDeclaration {
  return [...mesh.clusters, ...mesh.outside].find(cluster => cluster.name === name)!;
}
