import { Mark } from '../objects/mark';
import type { SharedPart } from '../objects/provenance';

/** Objects of one kind in one namespace, which a clean-up removes. */
export interface Removal {
  /** Path of the API group and version on the API server. */
  readonly path: string;
  readonly group: string;
  /** Name of the resource as RBAC and kubectl know it: lower case, plural. */
  readonly plural: string;
  /** Undefined for objects without a namespace. */
  readonly namespace?: string;
  readonly names: string[];
}

/** Our part of an object that others write to. A clean-up takes the part out, and the object stays. */
export interface PartRemoval extends Removal {
  readonly part: SharedPart;
}

/** What a clean-up removes from a cluster, in its order. */
export interface CleanupPlan {
  /** Imports first, then what they call. */
  readonly services: Removal[];
  /** Our part of the platform's DNS, before the resolver that it forwards to. */
  readonly parts: PartRemoval[];
  readonly resolvers: Removal[];
  /** The CA, once Istio is gone: without a CA every workload would lose its identity. */
  readonly trust: Removal[];
  /** Namespaces of ours, which go when they are empty by then. */
  readonly namespaces: string[];
}

/** The Istio of a cluster. A clean-up does not uninstall it: whatever installed Istio does. */
export interface InstalledIstio {
  /** Name by which istiod knows the cluster. */
  readonly cluster: string;
  readonly namespace: string;
  readonly revision: string;
  /** How an engine uninstalls it; undefined when no engine installed it. */
  readonly byEngine?: string;
  /** Commands that uninstall it, by the program that installed it. */
  readonly byHand: { readonly [program: string]: string };
}

/** What a clean-up removes, and from where. */
export interface CleanupTarget {
  /** Name of the cluster or chart. */
  readonly name: string;
  readonly plan: CleanupPlan;
  readonly istio?: InstalledIstio;
}

/** What a clean-up needs to know of a cluster beside the objects of its chart. */
export interface ClusterFacts {
  /** Namespace of the control plane. */
  readonly istioNamespace: string;
  /** Whether this library delivers the secret `cacerts`, which a controller may then make itself. */
  readonly deliversCa: boolean;
  readonly istio: () => InstalledIstio;
}

/** Set on the chart of a cluster; other charts have no control plane that a clean-up knows. */
export const CLUSTER_FACTS = new Mark<ClusterFacts>('ClusterFacts');
