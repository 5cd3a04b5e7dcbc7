import type { ApiObjectProps } from 'cdk8s';
import type { Problem } from '../errors/problem';
import type { InstallFile } from '../model/install-file';

/** A cluster as an engine sees it. */
export interface EngineTarget {
  readonly cluster: string;
  /** The namespace of its control plane. */
  readonly istioNamespace: string;
  /** The minor version of its Istio, "1.31", and whether Istio publishes charts for it. */
  readonly istio: { readonly version: string; readonly hasCharts: boolean };
  /** How its CA is delivered, in one word; undefined when it is not by this library. */
  readonly trust?: string;
  /** Its install values. */
  readonly files: InstallFile[];
  /** Whether its folder makes a namespace. */
  readonly makes: (namespace: string) => boolean;
  /** Whether it is being emptied, so that a folder without objects is what was meant. */
  readonly leaving: boolean;
  /** Whether all that was applied goes with what the engine is told. */
  readonly cascades: boolean;
}

/** Objects in a folder of the output. */
export interface EngineFolder {
  /** The folder's path within the output. */
  readonly path: string;
  /** Whether the folders of several clusters are one. */
  readonly shared: boolean;
  readonly objects: ReadonlyArray<EngineObject>;
}

/** An object of an engine, by a name that is unique in its folder. */
export interface EngineObject extends ApiObjectProps {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string; readonly [key: string]: any };
}

/** What applies folders from Git to clusters. */
export interface GitOpsEngine {
  readonly name: string;
  /** Where it looks for the output within the repository; empty for the root. */
  readonly path: string;
  /** Whether it holds back what is to run when its objects are deleted. */
  readonly runsHooks: boolean;
  /** Whether it installs Istio. */
  readonly installsIstio: boolean;
  /** Why it cannot serve a cluster. */
  readonly problems: (target: EngineTarget) => Problem[];
  /** The folder of the output that is applied for a cluster, once. */
  readonly root: (cluster: string) => string;
  /** What it is told of a cluster. */
  readonly folders: (target: EngineTarget) => EngineFolder[];
}
