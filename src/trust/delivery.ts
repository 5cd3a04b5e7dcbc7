import { Construct } from 'constructs';
import type { Problem } from '../errors/problem';
import { Mark } from '../objects/mark';
import { OwnObject } from '../objects/provenance';
import { ASK_BEFORE_PRUNING } from '../objects/prune-guards';
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

/** Marks an app that writes files with private keys into a folder that Git ignores. */
export const WRITES_PLAIN_SECRETS = new Mark<true>('PlainSecrets');

/** Adds an object to a cluster's chart, guarded against being pruned. */
export function addDelivered(scope: Construct, id: string, { metadata, ...rest }: DeliveredObject): OwnObject {
  return new OwnObject(scope, id, { ...rest, metadata: { ...metadata, annotations: { ...ASK_BEFORE_PRUNING, ...metadata.annotations } } });
}
