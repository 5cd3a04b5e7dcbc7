/*
 * What a drawing of a mesh is made from. The page in the browser reads it as JSON, so everything here is plain data, and the files of
 * this folder that the page shares know neither Node nor the DOM.
 */

/** An object of Kubernetes, and the file that holds it. */
export interface GraphObject {
  /** Cluster that the object is for, by its number. */
  readonly cluster: number;
  readonly title: string;
  readonly file: string;
}

/** State of a cluster in the replacement of the root. */
export interface GraphRoot {
  readonly phase: 'stable' | 'introduced' | 'switched';
  /** Roots that the cluster trusts, in words. */
  readonly trusted: readonly string[];
}

/** A cluster of a drawing. */
export interface GraphCluster {
  readonly name: string;
  /** Whether the folders hold manifests of the cluster. */
  readonly isInSight: boolean;
  /** Addresses of the ingress gateway, with their ports. */
  readonly gateways: readonly string[];
  /** What else is known: a name and a value each. */
  readonly facts: readonly (readonly [string, string])[];
  readonly root?: GraphRoot;
}

/** A service that a cluster exports, or that an import is for. */
export interface GraphService {
  /** Name without its namespace; for a pod of a StatefulSet `db-0.db`. */
  readonly name: string;
  readonly namespace: string;
  /** Hosts by which callers in any cluster name the service. */
  readonly hosts: readonly string[];
  readonly vips: readonly string[];
  /** Clusters that export the service or that requests go to, by their numbers. */
  readonly exporters: readonly number[];
  /** Objects that open the service in the clusters that export it, by their numbers. */
  readonly objects: readonly number[];
}

/** A cluster that answers the requests of an import. */
export interface GraphTurn {
  readonly cluster: number;
  /** Rank: 0 answers first, and others when those before them fail. */
  readonly rank: number;
  /** Percent of the requests of its rank; undefined where the clusters of the rank answer in turn. */
  readonly share?: number;
}

/** An import of a service into a namespace. */
export interface GraphImport {
  readonly cluster: number;
  readonly namespace: string;
  readonly service: number;
  readonly host: string;
  readonly ports: readonly number[];
  readonly path: 'direct' | 'egress';
  readonly turns: readonly GraphTurn[];
  /** Whether pods of the importing cluster answer first, or too; undefined where only other clusters answer. */
  readonly localPods?: 'first' | 'too';
  /** Routes, in words. */
  readonly routes: readonly string[];
  /** What stops requests by the files, in words. */
  readonly stopped: readonly string[];
  /** Objects that decide about its requests, by their numbers. */
  readonly objects: readonly number[];
}

/** A mesh as it is drawn. */
export interface GraphModel {
  readonly clusters: readonly GraphCluster[];
  readonly services: readonly GraphService[];
  readonly imports: readonly GraphImport[];
  readonly objects: readonly GraphObject[];
  /** Boxes from top to bottom, by their ids; empty for the order of names. */
  readonly order: readonly string[];
}
