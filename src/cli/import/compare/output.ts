import { WrittenCluster } from '../../../written/cluster';
import type { Manifest } from '../../../written/manifest';
import type { ClusterSettings } from '../../../written/settings';

/** The objects that a program writes for a cluster, read as those of a folder are. */
export function writtenBy(name: string, objects: readonly any[], settings: ClusterSettings): WrittenCluster {
  return new WrittenCluster(name, objects.map(manifestOf), settings, []);
}

function manifestOf(content: any): Manifest {
  const { apiVersion, kind, metadata } = content;
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const file = { path: 'the program', name: '', text: '' };
  return { apiVersion, kind, group, name: metadata.name, namespace: metadata.namespace ?? '', content, file, document: 0, line: 1 };
}
