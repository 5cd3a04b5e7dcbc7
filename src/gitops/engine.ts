import type { ApiObject, ApiObjectProps } from 'cdk8s';
import type { Problem } from '../errors/problem';
import type { InstallFile } from '../model/install-file';

/** A cluster as an engine sees it. */
export interface EngineTarget {
  /** Name of the cluster. */
  readonly cluster: string;
  /** Namespace of the control plane. */
  readonly istioNamespace: string;
  /** Minor version of the cluster's Istio, such as "1.31", and whether Istio publishes Helm charts for it. */
  readonly istio: { readonly version: string; readonly hasCharts: boolean };
  /** Name of the delivery of the CA; undefined when this library does not deliver it. */
  readonly trust?: string;
  /** Files with install values. */
  readonly files: InstallFile[];
  /** Whether the folder of the cluster holds a namespace. */
  readonly hasNamespace: (namespace: string) => boolean;
  /** Objects of the folder of the cluster, and those that its retirement removed, as they are when the app is synthesized. */
  readonly objects: () => ApiObject[];
  /** Whether the control plane is retired: the engine uninstalls Istio, and the folder may hold no objects. */
  readonly isControlPlaneRetired: boolean;
  /** Whether deletion of the engine's object deletes the objects that the engine applied. */
  readonly cascadesDeletion: boolean;
}

/** A folder of the output with objects of an engine. */
export interface EngineFolder {
  /** Path of the folder within the output. */
  readonly path: string;
  /** Whether the folder holds the objects of several clusters. */
  readonly shared: boolean;
  /** Whether the objects exist in the cluster of the engine, beside those for other clusters. */
  readonly inHub: boolean;
  /** Objects of the cluster, each with a name that is unique in the folder. */
  readonly objects: ReadonlyArray<EngineObject>;
  /** Object that the clusters of a shared folder have together; undefined for none. */
  readonly joint?: JointObject;
}

/** One object for several clusters, each of which adds its part: what it would have alone, as data. */
export interface JointObject {
  /** Object that the cluster would have alone. */
  readonly single: EngineObject;
  /** Returns the part of the cluster for this object, with the labels and annotations that all objects have. */
  readonly partOf: (single: ApiObjectProps) => JointPart;
  /** Returns the object for the parts of all clusters, as they are when the app is synthesized. */
  readonly object: (parts: () => object[]) => EngineObject;
}

/** Part of a cluster in an object that several clusters have. */
export interface JointPart {
  readonly name: string;
  readonly [field: string]: unknown;
}

/** An object of an engine. */
export interface EngineObject extends ApiObjectProps {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly finalizers?: string[];
    readonly labels?: { [key: string]: string };
    readonly annotations?: { [key: string]: string };
  };
}

/** A GitOps engine: it applies folders of a Git repository to clusters. */
export interface GitOpsEngine {
  /** Name of the engine, such as "Argo CD". */
  readonly name: string;
  /** Whether the engine runs the hooks of its objects when they are deleted. */
  readonly runsHooks: boolean;
  /** Whether the engine installs Istio. */
  readonly installsIstio: boolean;
  /** Returns the reasons why the engine cannot serve a cluster. */
  readonly problems: (target: EngineTarget) => Problem[];
  /** Returns the folders of the output by which the engine learns of a cluster. */
  readonly folders: (target: EngineTarget) => EngineFolder[];
  /** Returns the sentence that tells a person how the engine gets to apply the folder of a cluster. */
  readonly applyStep: (cluster: string, outdir: string) => string;
}

/** Returns the sentence for an engine that applies `folder` of the output, which the repository holds at `path`. */
export function commitStep({ engine, outdir, path, folder }: { [part in 'engine' | 'outdir' | 'path' | 'folder']: string }): string {
  const commit = `commit ${outdir} as ${path || 'the root'} of the repository`;
  return `${commit}, and let ${engine} apply ${outdir}/${folder} (docs/how-to/apply-with-argo-cd-or-flux.md)`;
}

/** Returns the sentence for an engine that applies `folder` of the output, which is pushed to a registry. */
export function pushStep({ engine, outdir, url, folder }: { [part in 'engine' | 'outdir' | 'url' | 'folder']: string }): string {
  return `push ${outdir} as an artifact to ${url}, and let ${engine} apply ${outdir}/${folder} (docs/how-to/apply-with-argo-cd-or-flux.md)`;
}
