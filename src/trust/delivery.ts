import { Construct } from 'constructs';
import type { Problem } from '../errors/problem';
import { Mark } from '../objects/mark';
import { OwnObject } from '../objects/provenance';
import { ASK_BEFORE_PRUNING } from '../objects/prune-guards';
import { fileName } from '../output/file-name';
import type { ClusterCa } from '../pki/cluster-ca';
import { CACERTS } from '../pki/pki-folder';

/** Cluster that receives the secret `cacerts`. */
export interface DeliveryTarget {
  /** Name of the cluster. */
  readonly cluster: string;
  /** Namespace of istiod. */
  readonly namespace: string;
  /** Trust domain of the cluster; undefined where it is not known. */
  readonly trustDomain?: string;
}

/** Situation in which a person applies the files of a cluster. */
export interface DeliveryContext extends DeliveryTarget {
  /** Output folder of the app, as the summary prints it, such as `dist`. */
  readonly outdir: string;
  /** Whether a GitOps engine applies the cluster's folder. */
  readonly hasGitOps: boolean;
  /** Returns the path of another folder, as the summary prints it. */
  readonly shownPath: (folder: string) => string;
}

/** Sentences that tell a person how the secret `cacerts` reaches a cluster. */
export interface DeliverySteps {
  /** What to do about the CA before istiod first starts: an istiod that starts without it signs for itself. */
  readonly beforeIstiodStarts: string;
  /** Whether the GitOps engine delivers the secret: it applies the cluster's folder first, and `beforeIstiodStarts` is the next step. */
  readonly engineDeliversSecret: boolean;
  /** How to apply the cluster's folder without a GitOps engine; undefined where `kubectl apply -k` does it. */
  readonly applyFolder?: string;
}

/** One way for the secret `cacerts` to reach a cluster. */
export interface TrustDelivery {
  /** Name of the delivery, such as `sealed-secrets`. */
  readonly name: string;
  /** Path of the pki/ folder; undefined where the CA is made elsewhere. */
  readonly directory?: string;
  /** Returns the CA of a cluster in the pki/ folder; undefined where the CA is made elsewhere. */
  readonly ca?: (cluster: string) => ClusterCa;
  /** Whether proxies must be able to follow a change of roots. */
  readonly followsRoots: (cluster: string) => boolean;
  /** Whether each cluster must have a sealing key of its own; undefined where nothing is sealed. */
  readonly sealedApart?: boolean;
  /** Returns the problems that the files of one cluster show. */
  readonly problems: (target: DeliveryTarget) => Problem[];
  /** Returns the warnings that the files of one cluster show; undefined where the CA is made elsewhere. */
  readonly warnings?: (target: DeliveryTarget) => Problem[];
  /** Returns the object for the cluster's folder; undefined when the folder needs none. */
  readonly object: (target: DeliveryTarget) => DeliveredObject | undefined;
  /**
   * Returns the sentences for the summary of a synth. It reads no files, so that a cluster whose CA is already
   * retired has a summary, too.
   */
  readonly nextSteps: (context: DeliveryContext) => DeliverySteps;
  /** Folder for secrets in the clear; undefined where the delivery writes none. */
  readonly plain?: PlainFolder;
}

/** Folder for secrets in the clear, which Git ignores. */
export interface PlainFolder {
  readonly outdir: string;
  /** Returns the text of the files of a cluster, by their path in the folder. */
  readonly files: (target: DeliveryTarget) => ReadonlyMap<string, string>;
}

/** Kind of a Kubernetes object. */
export interface ObjectKind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Object that a delivery adds to the chart of a cluster. */
export interface DeliveredObject extends ObjectKind {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly annotations?: { readonly [key: string]: string } };
  readonly [field: string]: unknown;
}

/** Kind of the secret itself. */
export const SECRET = { apiVersion: 'v1', kind: 'Secret' };

/** Mark of an app that writes secrets in the clear into a folder that Git ignores. */
export const WRITES_PLAIN_SECRETS = new Mark<true>('PlainSecrets');

/** Folder that a construct reads the files of a CA from. */
export const CA_FOLDER = new Mark<string>('CaFolder');

/** Adds an object to the chart of a cluster. GitOps engines ask before they prune it. */
export function addDelivered(scope: Construct, id: string, { metadata, ...rest }: DeliveredObject): OwnObject {
  const annotations = { ...ASK_BEFORE_PRUNING, ...metadata.annotations };
  return new OwnObject(scope, id, { ...rest, metadata: { ...metadata, annotations } });
}

/** Returns the data of a Secret: files by their name, in base64. */
export function base64Data(files: { readonly [file: string]: string }): { [file: string]: string } {
  return Object.fromEntries(Object.entries(files).map(([file, text]) => [file, Buffer.from(text).toString('base64')]));
}

/** Returns the path of the object for the secret `cacerts`, as the summary prints it. */
export function cacertsFile({ outdir, cluster, namespace }: DeliveryContext, { apiVersion, kind }: ObjectKind): string {
  return `${outdir}/${cluster}/${fileName({ apiVersion, kind, metadata: { name: CACERTS, namespace } })}`;
}

/** Returns the sentence for a secret that a person delivers by a command. */
export function deliveredByHand({ namespace }: DeliveryTarget, command: string): string {
  return `once, before istiod first starts: kubectl create namespace ${namespace}, ${command}, and wait for the secret cacerts`;
}

/** Returns the steps for an object in the cluster's folder: a GitOps engine applies it, or a person does by the command. */
export function stepsOfFolderObject(context: DeliveryContext, command: string): DeliverySteps {
  const { hasGitOps, namespace } = context;
  return {
    engineDeliversSecret: hasGitOps,
    beforeIstiodStarts: hasGitOps
      ? `once, before istiod first starts: wait for the secret cacerts in ${namespace}`
      : deliveredByHand(context, command),
  };
}
