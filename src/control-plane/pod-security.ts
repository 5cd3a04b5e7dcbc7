import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { Leaf } from '../options/kind';
import { oneOf } from '../options/kinds';
import { optional, schema } from '../options/schema';

/**
 * Level of the Pod Security Standards.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export enum PodSecurityLevel {
  /** Every pod. */
  PRIVILEGED = 'privileged',
  /** Pods without known ways to more privileges. A sidecar needs the Istio CNI node agent. */
  BASELINE = 'baseline',
  /** Pods hardened by current practice. A sidecar needs the Istio CNI node agent. */
  RESTRICTED = 'restricted',
}

/**
 * Pod Security labels of a namespace. istio-init, which injection adds to a pod where the Istio CNI node agent is not installed, needs
 * NET_ADMIN and NET_RAW: `baseline` and `restricted` refuse it.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-admission/
 */
export interface PodSecurityOptions {
  /**
   * Level that pods must fit: the API server refuses others.
   * @default - no label; the API server applies its own default
   */
  readonly enforce?: PodSecurityLevel;

  /**
   * Level whose violations are noted in the audit log.
   * @default - no label; the API server applies its own default
   */
  readonly audit?: PodSecurityLevel;

  /**
   * Level whose violations are a warning for who creates the pod.
   * @default - no label; the API server applies its own default
   */
  readonly warn?: PodSecurityLevel;

  /**
   * Version of the standards, for all three: `latest`, or a minor version of Kubernetes such as `v1.34`.
   * @default - no label; the version of the API server
   */
  readonly version?: string;
}

const LEVEL = oneOf(PodSecurityLevel, { write: 'for instance PodSecurityLevel.RESTRICTED' });
const VERSION = new Leaf<string>(
  '"latest", or a minor version of Kubernetes such as "v1.34"',
  value => typeof value === 'string' && /^(latest|v1\.\d+)$/.test(value),
);

export const POD_SECURITY_OPTIONS = schema<PodSecurityOptions>({
  enforce: optional(LEVEL),
  audit: optional(LEVEL),
  warn: optional(LEVEL),
  version: optional(VERSION),
});

/**
 * Returns the labels of a namespace.
 * @throws MESH004 for options without a level
 */
export function podSecurityLabels({ version, ...levels }: PodSecurityOptions, where: string): { [label: string]: string } {
  const chosen = (['enforce', 'audit', 'warn'] as const).filter(mode => levels[mode] !== undefined);
  if (chosen.length === 0) {
    throw new MeshError({
      code: MeshErrorCode.EMPTY,
      where,
      what: 'podSecurity without a level',
      expected: 'at least one of enforce, audit, warn',
      fix: 'set a level, such as enforce: PodSecurityLevel.RESTRICTED, or leave podSecurity out',
    });
  }
  return Object.fromEntries(chosen.flatMap(mode => [
    [`pod-security.kubernetes.io/${mode}`, levels[mode]!],
    ...version === undefined ? [] : [[`pod-security.kubernetes.io/${mode}-version`, version]],
  ]));
}
