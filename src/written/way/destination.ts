import type { GlobalImport, LocalImport } from '../imports';
import type { WrittenMesh } from '../mesh';

/** What a request for another cluster asks for, once its SNI is known. */
export interface RemoteRequest {
  readonly mesh: WrittenMesh;
  /** The import, as findings name it. */
  readonly where: string;
  /** Cluster of the caller. */
  readonly fromCluster: string;
  /** Namespace of the caller; undefined where callers of any namespace are meant. */
  readonly fromNamespace?: string;
  /** Host that the caller uses. */
  readonly host: string;
  /** Port of the service that the caller uses. */
  readonly port: number;
  readonly sni: string;
  /** Identities that the caller accepts; none where it accepts every workload of the mesh. */
  readonly identities: readonly string[];
}

/** A request of an import, before it has an SNI. */
export interface ImportRequest {
  readonly mesh: WrittenMesh;
  readonly imported: GlobalImport;
  readonly port: number;
}

/** A request for a Service that remote gateways are endpoints of. */
export interface LocalRequest {
  readonly mesh: WrittenMesh;
  readonly imported: LocalImport;
  readonly port: number;
  /** Namespace of the caller; undefined where callers of any namespace are meant. */
  readonly fromNamespace?: string;
}

/** The servers that a caller accepts, in words. */
export function acceptedServers(identities: readonly string[]): string {
  return identities.length > 0
    ? `the server must be ${identities.join(' or ')}`
    : 'every workload of the mesh is accepted as the server';
}
