import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { POD_SECURITY_OPTIONS, podSecurityLabels, PodSecurityOptions } from './pod-security';
import { checkedRevision } from './revision';
import { dialectOf } from '../istio/dialects';
import { ISTIO_RELEASE, IstioRelease } from '../model/istio-release';
import { dnsLabel } from '../names';
import { OwnObject } from '../objects/provenance';
import { ASK_BEFORE_PRUNING } from '../objects/prune-guards';
import { checkedProps } from '../options/checked';
import { flag, text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

/** Options of a namespace of the mesh, for `addNamespace`. */
export interface MeshNamespaceOptions {
  /**
   * Whether pods of the namespace get a sidecar.
   * @default true
   */
  readonly injection?: boolean;

  /**
   * Whether the namespace is guarded against pruning: Argo CD asks a person before it deletes the namespace, and Flux never deletes
   * it. A deleted namespace takes all objects in it with it, also the objects of others.
   * @default true
   */
  readonly pruneGuard?: boolean;

  /**
   * Pod Security labels of the namespace.
   * @default - none; the API server applies its own defaults
   */
  readonly podSecurity?: PodSecurityOptions;
}

export const MESH_NAMESPACE_OPTIONS = schema<MeshNamespaceOptions>({
  injection: optional(flag),
  pruneGuard: optional(flag),
  podSecurity: optional(POD_SECURITY_OPTIONS),
});

/** Properties of a `MeshNamespace`. */
export interface MeshNamespaceProps extends MeshNamespaceOptions {
  /** Istio release of the cluster. */
  readonly istio: IstioRelease;

  /** Name of the namespace. */
  readonly name: string;

  /**
   * Revision of the control plane that injects the sidecars.
   * @default - the default revision, by the label `istio-injection: enabled`
   */
  readonly revision?: string;
}

export const MESH_NAMESPACE_PROPS = schema<MeshNamespaceProps>({
  ...MESH_NAMESPACE_OPTIONS.options,
  istio: required(ISTIO_RELEASE),
  name: required(text),
  revision: optional(text),
});

/**
 * Namespace of the mesh: the guide's `kubectl create namespace` and `kubectl label namespace ... istio-injection=enabled`. Exports and
 * imports do not create namespaces.
 *
 * @example
 * new MeshNamespace(chart, 'foo', { istio: IstioRelease.V1_31, name: 'foo' });
 */
export class MeshNamespace extends Construct {
  /** Object of kind Namespace. */
  public readonly namespace: ApiObject;

  /**
   * Adds the namespace.
   * @param scope chart, or construct in a chart, that the objects are added to
   * @param id id of the construct, unique within `scope`; no object is named by it
   * @param props the name, and the labels of the namespace
   * @throws MESH001 for an invalid name or revision, MESH004 for `podSecurity` without a level, MESH008 for a revision on Istio 1.5,
   * which has no revisions
   */
  public constructor(scope: Construct, id: string, props: MeshNamespaceProps) {
    super(scope, id);
    const { istio, name, injection = true, pruneGuard = true, podSecurity, ...others } = checkedProps(MESH_NAMESPACE_PROPS, this, props);
    const where = `namespace '${name}'`;
    dnsLabel(name, 'namespace', where);
    const revision = checkedRevision(istio, others.revision, where);
    const labels = { ...injection && injectionLabel(revision), ...podSecurity && podSecurityLabels(podSecurity, where) };
    this.namespace = new OwnObject(this, 'namespace', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name,
        labels: Object.keys(labels).length > 0 ? labels : undefined,
        annotations: pruneGuard ? ASK_BEFORE_PRUNING : undefined,
      },
    }, { isOwnContent: false, isCleanedUp: true }, dialectOf(istio).api.metadata);
  }
}

function injectionLabel(revision: string | undefined): { [key: string]: string } {
  return revision ? { 'istio.io/rev': revision } : { 'istio-injection': 'enabled' };
}
