import { liveMesh, LiveOptions } from './live-mesh';
import { liveWay } from './live-way';
import { ExplainOptions, meshFor, printWay, writtenWay } from '../explain/explain';
import { withProgress } from '../progress';

/** Options of `explain --live`. */
export interface ExplainLiveOptions extends ExplainOptions, LiveOptions {
  /** Pod that calls; the first ready one of the namespace with a sidecar otherwise. */
  readonly from?: string;
}

/**
 * Prints the way of a request by the files, with what the proxies of the running clusters say at each step, and returns the exit code: 1
 * where the request stops.
 * @throws MESH085 for a folder that cannot be read, MESH092 for a cluster, host or port that no file names, MESH106 for contexts that are
 * none
 */
export async function explainLive(cluster: string, namespace: string, target: string, options: ExplainLiveOptions): Promise<number> {
  const mesh = meshFor(options.folders);
  const live = liveMesh(mesh, options);
  const way = writtenWay(mesh, cluster, namespace, target);
  const pod = options.from?.split('/').pop();
  const names = [...live.keys()].join(', ');
  return printWay(await withProgress(() => `reading the proxies of ${names} ...`, () => liveWay(live, way, pod)), options.output);
}
