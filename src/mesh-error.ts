/**
 * Every mistake that this library can tell, each with a code that never changes its meaning. A retired code is not used again.
 */
export enum MeshErrorCode {
  /** A name, namespace, host, domain or label is not one that Kubernetes or DNS takes. */
  INVALID_NAME = 'MESH001',
  /** A gateway address is not an IP address or hostname that another cluster can reach. */
  INVALID_ADDRESS = 'MESH002',
  /** A port number, port name or protocol that no Service or Istio takes. */
  INVALID_PORT = 'MESH003',
  /** A list or map that must hold something is empty. */
  EMPTY = 'MESH004',
  /** Routing weights that are not whole numbers or do not sum to 100. */
  INVALID_WEIGHTS = 'MESH005',
  /** The same cluster, export, import, namespace, port or version was declared twice. */
  DUPLICATE = 'MESH006',
  /** A cluster or service that this mesh does not have. */
  UNKNOWN = 'MESH007',
  /** An Istio release that is not known, cannot be mixed with another, or does not have what was asked for. */
  RELEASE = 'MESH008',
  /** A virtual IP or a range of them that cannot be used. */
  INVALID_VIP = 'MESH009',
  /** Two hosts have one virtual IP where both are visible. */
  VIP_CONFLICT = 'MESH010',
  /** A cluster lacks the gateway that an export or import goes through. */
  NO_GATEWAY = 'MESH011',
  /** Routing names a version that the exporters do not have, or a port cannot be routed so. */
  ROUTING = 'MESH012',
  /** Several clusters export one service and disagree on what it is. */
  EXPORTERS_DISAGREE = 'MESH013',
  /** An import that no other cluster can serve. */
  NO_EXPORTER = 'MESH014',
  /** A rule for a workload that does not say which pods it is for. */
  NO_WORKLOAD = 'MESH015',
  /** Two objects of one folder would share a file. */
  SAME_FILE = 'MESH016',
}

/** One mistake, in words: what, where, what was got, what was expected, and the fix. */
export interface Problem {
  readonly code: MeshErrorCode;
  /** The call or construct where the mistake is made, such as `addCluster('cluster1')`. */
  readonly where: string;
  /** What is wrong, lower case, no final stop. */
  readonly what: string;
  /** The value that was given. */
  readonly got: unknown;
  /** What would have been right. */
  readonly expected: string;
  /** What to change. */
  readonly fix: string;
}

/** The text of a problem, on one line. */
export function problemText(p: Problem): string {
  return `${p.code} ${p.where}: ${p.what}: got ${shown(p.got)}, expected ${p.expected}; fix: ${p.fix}`;
}

/** A mistake of the user, told in one line. Its `code` is stable; the wording may improve. */
export class MeshError extends Error {
  public readonly code: MeshErrorCode;

  public constructor(public readonly problem: Problem) {
    super(problemText(problem));
    this.name = 'MeshError';
    this.code = problem.code;
  }
}

/** A value as it would be typed, cut short: an error is no place for a file that was passed by mistake. */
function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value) ?? String(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
