import type { ExportedService } from './exported-service';
import { RETIRE } from './retirement';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { ALLOWED_CALLER, AllowedCaller } from '../model/allowed-caller';
import { SERVICE_PORT, ServicePort } from '../model/service-port';
import { checkedArgument } from '../options/checked';
import { flag, list, mapOf, numeric, text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

/** Export of the pods of a StatefulSet from a cluster of a mesh. */
export interface ExportStatefulSetOptions {
  /** Namespace of the StatefulSet. */
  readonly namespace: string;

  /** Number of pods, as the StatefulSet has them: `db-0`, `db-1` and so on. */
  readonly replicas: number;

  /** Exported ports of each pod: number and protocol as the governing Service has them. */
  readonly ports: ServicePort[];

  /**
   * Governing Service, the `serviceName` of the StatefulSet: part of the hosts, as within the cluster. The headless Service itself stays
   * as it is.
   * @default - the name of the StatefulSet
   */
  readonly serviceName?: string;

  /**
   * Ordinal of the first pod, the `ordinals.start` of the StatefulSet.
   * @default 0
   */
  readonly firstOrdinal?: number;

  /**
   * Service account of the pods: importers then accept no other identity.
   * @default - importers accept any server of the mesh, which is a warning (MESH040)
   */
  readonly serviceAccount?: string;

  /**
   * Whether any workload of the mesh may answer, which is neither a warning nor, in a hardened mesh, an error then.
   * @default false
   */
  readonly anyServer?: boolean;

  /**
   * Callers that may call the pods, callers of their own cluster included. List the service account of the StatefulSet too where its
   * pods call each other.
   * @default - every workload of the mesh
   */
  readonly allow?: AllowedCaller[];

  /**
   * Ports of the pods, by the name of the exported port: a number, or the name of a container port.
   * @default - the target ports of the governing Service, where it stands in the same chart; else the number of the exported port
   */
  readonly podPorts?: { [port: string]: string };

  /**
   * Whether importers reach a pod before it is ready, as members of a database do that look for each other.
   * @default - what the governing Service says, where it stands in the same chart; false otherwise
   */
  readonly publishNotReadyAddresses?: boolean;

  /**
   * Whether the pods accept nothing but mutual TLS.
   * @default false - what the mesh says
   */
  readonly strictMtls?: boolean;

  /**
   * Number of pods, counted from the last one, whose exports are about to close, before the StatefulSet has fewer pods. Importers and
   * the catalog leave them out, and they still answer callers that have not followed yet.
   * @default 0
   */
  readonly retireLast?: number;

  /**
   * Whether the exports of all pods are about to close.
   * @default false
   */
  readonly retire?: boolean;
}

export const EXPORT_STATEFUL_SET_OPTIONS = schema<ExportStatefulSetOptions>({
  namespace: required(text),
  replicas: required(numeric),
  ports: required(list(SERVICE_PORT), MeshErrorCode.EMPTY),
  serviceName: optional(text),
  firstOrdinal: optional(numeric),
  serviceAccount: optional(text),
  anyServer: optional(flag),
  allow: optional(list(ALLOWED_CALLER, MeshErrorCode.EMPTY)),
  podPorts: optional(mapOf(text)),
  publishNotReadyAddresses: optional(flag),
  strictMtls: optional(flag),
  retireLast: optional(numeric),
  retire: optional(RETIRE),
});

/** A StatefulSet whose pods a cluster exports, as `exportStatefulSet` returns it. */
export class ExportedStatefulSet {
  /** @internal */
  public static _of(name: string, pods: ExportedService[], firstOrdinal: number): ExportedStatefulSet {
    return new ExportedStatefulSet(name, pods, firstOrdinal);
  }

  /** Name of the StatefulSet. */
  public readonly name: string;
  /** Namespace of the StatefulSet. */
  public readonly namespace: string;
  /** Name of the cluster that exports the pods. */
  public readonly clusterName: string;

  private readonly exported: ExportedService[];
  private readonly firstOrdinal: number;

  private constructor(name: string, pods: ExportedService[], firstOrdinal: number) {
    this.name = name;
    this.namespace = pods[0].namespace;
    this.clusterName = pods[0].clusterName;
    this.exported = pods;
    this.firstOrdinal = firstOrdinal;
  }

  /**
   * The pods by ordinal, each with the host `<pod>.<governing Service>.<namespace>.<suffix>`: pass all to `importServices`, or some to
   * `importService`.
   */
  public get pods(): ExportedService[] {
    return [...this.exported];
  }

  /**
   * Returns a pod.
   * @param ordinal number at the end of the name of the pod
   * @returns the pod as an exported service, for `importService`
   * @throws MESH007 for a pod that is not exported
   */
  public pod(ordinal: number): ExportedService {
    const where = `pods of StatefulSet '${this.name}'`;
    const pod = this.exported[checkedArgument(numeric, ordinal, 'ordinal', where) - this.firstOrdinal];
    if (pod) {
      return pod;
    }
    throw new MeshError({
      code: MeshErrorCode.UNKNOWN,
      where,
      what: `the export of StatefulSet ${this.name}.${this.namespace} has no such pod`,
      got: ordinal,
      expected: `one of ${this.exported.map(({ name }) => name).join(', ')}`,
      fix: 'correct the ordinal, or the replicas of exportStatefulSet',
    });
  }
}
