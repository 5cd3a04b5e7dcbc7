import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { IstioRelease } from '../model/istio-release';
import { dnsLabel } from '../names';
import { checkedRevision } from './revision';
import { mark } from '../objects/provenance';
import { ASK_BEFORE_PRUNING } from '../objects/prune-guards';

/** How a namespace takes part in the mesh. */
export interface MeshNamespaceOptions {
  /**
   * Whether pods in it get a sidecar.
   * @default true
   */
  readonly injection?: boolean;

  /**
   * Whether it is guarded: Argo CD asks before it prunes or deletes it, Flux never prunes it. With a namespace goes
   * everything in it, whoever made it.
   * @default true
   */
  readonly pruneGuard?: boolean;
}

/** A namespace on its own. */
export interface MeshNamespaceProps extends MeshNamespaceOptions {
  /** The release, which decides whether revisions exist. */
  readonly istio: IstioRelease;

  /** Its name. */
  readonly name: string;

  /**
   * The revision of the control plane that injects its sidecars.
   * @default - the default revision, by the label `istio-injection: enabled`
   */
  readonly revision?: string;
}

/**
 * A namespace of the mesh: the guide's `kubectl create namespace` and `kubectl label namespace ... istio-injection=enabled`.
 * Namespaces are made only where this is asked for.
 */
export class MeshNamespace extends Construct {
  /** The Namespace. */
  public readonly namespace: ApiObject;

  /**
   * @throws MESH001 for an invalid name or revision
   * @throws MESH008 for a revision on Istio 1.5, which has none
   */
  public constructor(scope: Construct, id: string, props: MeshNamespaceProps) {
    super(scope, id);
    const where = `namespace '${props.name}'`;
    dnsLabel(props.name, 'namespace', where);
    const revision = checkedRevision(props.istio, props.revision, where);
    const injection: { [key: string]: string } = revision ? { 'istio.io/rev': revision } : { 'istio-injection': 'enabled' };
    this.namespace = mark(new ApiObject(this, 'namespace', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: props.name,
        ...props.injection !== false && { labels: injection },
        ...props.pruneGuard !== false && { annotations: ASK_BEFORE_PRUNING },
      },
    }), { isCleanedUp: true });
  }
}
