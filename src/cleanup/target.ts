import { Mark } from '../objects/mark';
import type { SharedPart } from '../objects/provenance';

/** Objects of one kind in one namespace that a clean-up removes. */
export interface Removal {
  /** Path of the API group and version on the API server. */
  readonly path: string;
  /** API group; empty for the core group. */
  readonly group: string;
  /** Name of the resource as RBAC and kubectl know it: lower case, plural. */
  readonly plural: string;
  /** Namespace of the objects; undefined for objects of the whole cluster. */
  readonly namespace?: string;
  readonly names: string[];
}

/** This library's part of an object that others write to. A clean-up removes the part, and the object stays. */
export interface PartRemoval extends Removal {
  readonly part: SharedPart;
}

/** What a clean-up removes from a cluster, in order of removal. */
export interface CleanupPlan {
  /** Imports, exports and samples; callers before the services that they call. */
  readonly services: Removal[];
  /** This library's part of the DNS of the platform, which forwards names to the resolvers. */
  readonly parts: PartRemoval[];
  readonly resolvers: Removal[];
  /** The CA. It is removed after Istio: without a CA every workload would lose its identity. */
  readonly trust: Removal[];
  /** Namespaces of this library. Each is removed if it is empty by then. */
  readonly namespaces: string[];
}

/** The Istio of a cluster. A clean-up leaves its removal to the tool that installed it. */
export interface InstalledIstio {
  /** Name of the cluster as istiod knows it. */
  readonly cluster: string;
  readonly namespace: string;
  readonly revision: string;
  /** Step by which an engine uninstalls Istio; undefined when no engine installed it. */
  readonly engineStep?: string;
  /** Commands that uninstall Istio, by the program that installed it. */
  readonly uninstallCommands: { readonly [program: string]: string };
}

/** A clean-up of one cluster or chart. */
export interface CleanupTarget {
  /** Name of the cluster or chart. */
  readonly name: string;
  readonly plan: CleanupPlan;
  /** Istio of the cluster; undefined for a chart that is no cluster. */
  readonly istio?: InstalledIstio;
}

/** Facts about a cluster that a clean-up cannot read from the objects of its chart. */
export interface ClusterFacts {
  /** Namespace of the control plane. */
  readonly istioNamespace: string;
  /** Whether this library delivers the secret `cacerts`, which a controller may create from another object. */
  readonly deliversCa: boolean;
  readonly istio: () => InstalledIstio;
}

/** Mark on the chart of a cluster. A chart without it has no control plane that a clean-up knows. */
export const CLUSTER_FACTS = new Mark<ClusterFacts>('ClusterFacts');
