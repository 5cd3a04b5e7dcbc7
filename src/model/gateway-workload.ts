import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dnsName } from '../names';
import { checkedOptions } from '../options/checked';
import { list, mapOf, numeric, text } from '../options/kinds';
import { plainObject } from '../options/plain-data';
import { optional, schema } from '../options/schema';

/** Fewest and most pods of a gateway that scales, and the CPU utilization at which it gets another pod, as percentage. */
const SCALING = { minReplicas: 2, maxReplicas: 5, cpuUtilization: 80 };

/** Prefers nodes and zones without a pod of the gateway. It is no requirement, since a cluster may have one node or no zones. */
const PREFERRED_SPREAD = ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map(
  topologyKey => ({ topologyKey, maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway' }),
);

/** Resources of a container. */
export interface ContainerResources {
  /**
   * Resources that a node must have left for the pod, such as `{ cpu: '500m', memory: '256Mi' }`.
   * @default - those of Istio: 100m CPU and 128Mi of memory
   */
  readonly requests?: { [resource: string]: string };

  /**
   * Resources that the container cannot exceed.
   * @default - those of Istio: 2 CPUs and 1Gi of memory
   */
  readonly limits?: { [resource: string]: string };
}

export const CONTAINER_RESOURCES = schema<ContainerResources>({ requests: optional(mapOf(text)), limits: optional(mapOf(text)) });

/** Pods of a gateway: how many there are, where they run, and what they may use. */
export interface GatewayWorkloadOptions {
  /**
   * Fixed number of pods. Set either this, or the options of a gateway that scales: `minReplicas`, `maxReplicas` and `cpuUtilization`.
   * @default - the gateway scales
   */
  readonly replicas?: number;

  /**
   * Fewest pods of a gateway that scales.
   * @default 2
   */
  readonly minReplicas?: number;

  /**
   * Most pods of a gateway that scales.
   * @default 5 - or `minReplicas`, where that is more
   */
  readonly maxReplicas?: number;

  /**
   * Average CPU utilization, as percentage of the requested CPU, above which the gateway gets another pod.
   * @default 80
   */
  readonly cpuUtilization?: number;

  /**
   * Pods that must stay available while nodes are drained, for the PodDisruptionBudget. It must be less than the number of pods, because
   * a node with a pod of the gateway could not be drained otherwise.
   * @default 1 - a gateway with one pod has no PodDisruptionBudget
   */
  readonly minAvailable?: number;

  /**
   * Topology spread constraints of the pods. A constraint without `labelSelector` gets the labels of the gateway. An empty list means
   * that the scheduler places the pods as it likes.
   * @default - nodes and zones are preferred that have no pod of the gateway yet
   */
  readonly topologySpreadConstraints?: { [field: string]: any }[];

  /**
   * Resources of the proxy.
   * @default - those of Istio
   */
  readonly resources?: ContainerResources;

  /**
   * Priority class of the pods.
   * @default - the default priority of the cluster
   */
  readonly priorityClassName?: string;

  /**
   * Tolerations of the pods, as Kubernetes writes them.
   * @default - none
   */
  readonly tolerations?: { [field: string]: any }[];

  /**
   * Labels of the nodes that the pods can run on.
   * @default - any node
   */
  readonly nodeSelector?: { [label: string]: string };

  /**
   * Affinity of the pods, as Kubernetes writes it.
   * @default - none
   */
  readonly affinity?: { [field: string]: any };
}

export const GATEWAY_WORKLOAD_OPTIONS = schema<GatewayWorkloadOptions>({
  replicas: optional(numeric),
  minReplicas: optional(numeric),
  maxReplicas: optional(numeric),
  cpuUtilization: optional(numeric),
  minAvailable: optional(numeric),
  topologySpreadConstraints: optional(list(plainObject)),
  resources: optional(CONTAINER_RESOURCES),
  priorityClassName: optional(text),
  tolerations: optional(list(plainObject)),
  nodeSelector: optional(mapOf(text)),
  affinity: optional(plainObject),
});

/** Range in which a gateway scales. */
export interface Scaling {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly cpuUtilization: number;
}

/** Pods of a gateway: valid, with all defaults filled in. */
export interface GatewayWorkloadModel {
  /** Fixed number of pods; undefined for a gateway that scales. */
  readonly replicas?: number;
  /** Range in which the gateway scales; undefined for a fixed number of pods. */
  readonly scaling?: Scaling;
  /** Pods that stay available while nodes are drained; undefined for a gateway with one pod. */
  readonly minAvailable?: number;
  readonly topologySpreadConstraints: { [field: string]: any }[];
  readonly resources?: ContainerResources;
  readonly priorityClassName?: string;
  readonly tolerations?: { [field: string]: any }[];
  readonly nodeSelector?: { [label: string]: string };
  readonly affinity?: { [field: string]: any };
}

/**
 * Returns the pods of a gateway with all defaults.
 * @param selector labels of the pods, for the spread constraints
 * @throws MESH001 for an invalid priority class, MESH080 for numbers that contradict each other
 */
export function gatewayWorkload(
  options: GatewayWorkloadOptions | undefined, selector: { readonly [label: string]: string }, where: string,
): GatewayWorkloadModel {
  const { replicas, minReplicas, maxReplicas, cpuUtilization, minAvailable, topologySpreadConstraints, priorityClassName, ...placement } =
    checkedOptions(GATEWAY_WORKLOAD_OPTIONS, options, where);
  const scaling = scalingOf({ replicas, minReplicas, maxReplicas, cpuUtilization }, where);
  const fewest = scaling?.minReplicas ?? wholeNumber('replicas', replicas!, where);
  const constraints: { [field: string]: any }[] = topologySpreadConstraints ?? PREFERRED_SPREAD;
  return {
    ...placement,
    ...scaling ? { scaling } : { replicas },
    minAvailable: availablePods(minAvailable, fewest, where),
    ...priorityClassName !== undefined && { priorityClassName: dnsName(priorityClassName, 'priority class', where) },
    topologySpreadConstraints: constraints.map(constraint => ({ labelSelector: { matchLabels: { ...selector } }, ...constraint })),
  };
}

type Numbers = Pick<GatewayWorkloadOptions, 'replicas' | 'minReplicas' | 'maxReplicas' | 'cpuUtilization'>;

/** The range in which a gateway scales; undefined for a fixed number of pods. */
function scalingOf({ replicas, ...scaling }: Numbers, where: string): Scaling | undefined {
  const given = Object.entries(scaling).filter(([, value]) => value !== undefined);
  if (replicas !== undefined) {
    if (given.length > 0) {
      throw invalid(where, {
        what: `replicas is a fixed number, and ${given.map(([name]) => name).join(', ')} lets the gateway scale`,
        got: { replicas, ...Object.fromEntries(given) },
        fix: 'remove replicas, or the options of a gateway that scales',
      });
    }
    return undefined;
  }
  const minReplicas = wholeNumber('minReplicas', scaling.minReplicas ?? SCALING.minReplicas, where);
  const maxReplicas = wholeNumber('maxReplicas', scaling.maxReplicas ?? Math.max(SCALING.maxReplicas, minReplicas), where);
  if (maxReplicas < minReplicas) {
    throw invalid(where, {
      what: 'maxReplicas is less than minReplicas',
      got: `minReplicas: ${minReplicas}, maxReplicas: ${maxReplicas}`,
      fix: 'raise maxReplicas, or lower minReplicas; minReplicas is 2 unless it is set',
    });
  }
  const cpuUtilization = wholeNumber('cpuUtilization', scaling.cpuUtilization ?? SCALING.cpuUtilization, where);
  return { minReplicas, maxReplicas, cpuUtilization };
}

function availablePods(minAvailable: number | undefined, fewest: number, where: string): number | undefined {
  if (minAvailable === undefined) {
    return fewest > 1 ? 1 : undefined;
  }
  if (wholeNumber('minAvailable', minAvailable, where) < fewest) {
    return minAvailable;
  }
  throw invalid(where, {
    what: 'minAvailable is not less than the number of pods, so no node with a pod of the gateway could be drained',
    got: `minAvailable: ${minAvailable}, pods: ${fewest}`,
    expected: fewest > 1 ? `at most ${fewest - 1}` : 'more pods, or no minAvailable',
    fix: 'lower minAvailable, or raise replicas or minReplicas',
  });
}

function wholeNumber(name: string, value: number, where: string): number {
  if (Number.isInteger(value) && value >= 1 && value <= 10_000) {
    return value;
  }
  throw invalid(where, { what: `${name} is no whole number from 1`, got: value, fix: `write a whole number, such as ${name}: 2` });
}

function invalid(where: string, problem: { what: string; got: unknown; expected?: string; fix: string }): MeshError {
  return new MeshError({ code: MeshErrorCode.GATEWAY_WORKLOAD, where, ...problem });
}
