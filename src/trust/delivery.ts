import { Construct } from 'constructs';
import { OwnObject } from '../checks/declarations';
import { MeshError, Problem } from '../errors/mesh-error';
import type { ClusterCa } from '../pki/cluster-ca';

/** The cluster that a secret is for. */
export interface DeliveryTarget {
  readonly cluster: string;
  /** The namespace of istiod. */
  readonly namespace: string;
}

/** One way for the secret `cacerts` to reach a cluster. */
export interface TrustDelivery {
  /** Its name, for messages and the summary. */
  readonly name: string;
  /** What the pki/ folder has of a cluster; undefined where the CA is made elsewhere. */
  readonly ca?: (cluster: string) => ClusterCa;
  /** Whether proxies must be able to follow a change of roots. */
  readonly followsRoots: (cluster: string) => boolean;
  /** Whether each cluster must have a sealing key of its own; undefined where nothing is sealed. */
  readonly sealedApart?: boolean;
  /** What is wrong, as far as the cluster's own files tell. */
  readonly problems: (target: DeliveryTarget) => Problem[];
  /** The object for the cluster's folder; undefined when nothing belongs there. */
  readonly object: (target: DeliveryTarget) => DeliveredObject | undefined;
  /** A folder of its own for files that hold private keys, which Git must ignore, and their text by their path in it. */
  readonly plain?: { readonly outdir: string; readonly files: (target: DeliveryTarget) => ReadonlyMap<string, string> };
}

/** An object as it is written. */
export interface DeliveredObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string; readonly annotations?: { readonly [key: string]: string } };
  readonly [field: string]: any;
}

/** What a delivery gives, unless something is missing: its problems say so. */
export function orUndefined<T>(value: () => T): T | undefined {
  try {
    return value();
  } catch (error) {
    if (error instanceof MeshError) {return undefined;}
    throw error;
  }
}

/** Argo CD asks before it prunes or deletes the CA, Flux never prunes it: without it every workload loses its identity. */
const GUARD = {
  'argocd.argoproj.io/sync-options': 'Prune=confirm,Delete=confirm',
  'kustomize.toolkit.fluxcd.io/prune': 'disabled',
};

/** Adds an object to a cluster's chart, guarded against being pruned. */
export function addDelivered(scope: Construct, id: string, { metadata, ...rest }: DeliveredObject): OwnObject {
  return new OwnObject(scope, id, { ...rest, metadata: { ...metadata, annotations: { ...GUARD, ...metadata.annotations } } });
}
