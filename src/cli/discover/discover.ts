import { existsSync } from 'fs';
import { readCluster, ReadCluster, Wanted } from './read-cluster';
import { printable } from '../../errors/printable';
import { Problem, problemText } from '../../errors/problem';
import { FACTS_VERSION, FactsFile, FactsOfCluster } from '../../facts/facts';
import { gatewaysOf } from '../../facts/gateways';
import { factsText, readFacts } from '../../facts/read-facts';
import { withFileErrors } from '../../files/file-errors';
import { endpointText } from '../../model/gateway-address';
import { writeFileAtomically } from '../ca/files';
import { counted } from '../counted';
import { clustersOf } from '../kubectl/contexts';
import { Kubectl, KubectlOptions } from '../kubectl/kubectl';
import { noAccessProblem } from '../kubectl/no-access';
import { withProgress } from '../progress';
import { colours } from '../terminal';

/** Options of `discover`. */
export interface DiscoverOptions extends KubectlOptions, Wanted {
  readonly contexts: string[];
  /** File to write, or "-" for the standard output. */
  readonly out: string;
}

const STDOUT = '-';

/**
 * Writes the facts of clusters to a file, and returns the exit code: 1 where a cluster cannot be read. Its entry, and those of clusters
 * that are not named, stay as they are in the file.
 * @throws MESH106 for contexts that are none, MESH104 for a file that holds something else, MESH055 for one that cannot be written
 */
export async function discover({ out, contexts, kubectl, kubeconfig, ...wanted }: DiscoverOptions): Promise<number> {
  const clusters = clustersOf(contexts, { kubectl, kubeconfig });
  const before: FactsFile = out !== STDOUT && existsSync(out) ? readFacts(out) : { schemaVersion: FACTS_VERSION, clusters: {} };
  const pending = new Set(clusters.map(({ cluster }) => cluster));
  const results = await withProgress(() => `reading ${[...pending].join(', ')} ...`, () => Promise.all(clusters.map(async cluster => {
    const result = await readOrProblem(cluster, wanted);
    pending.delete(cluster.cluster);
    return { cluster: cluster.cluster, ...result };
  })));
  const read = results.flatMap(({ cluster, facts }) => facts ? [[cluster, facts] as const] : []);
  const text = factsText({ schemaVersion: FACTS_VERSION, clusters: { ...before.clusters, ...Object.fromEntries(read) } });
  results.forEach(({ cluster, problem, notes = [] }) => {
    notes.forEach(note => console.error(printable(`note: ${cluster}: ${note}`)));
    if (problem) {
      const kept = Object.hasOwn(before.clusters, cluster) ? `; its entry in ${out} stays as it was` : '';
      console.error(`${problemText(problem)}${printable(kept)}`);
    }
  });
  if (out === STDOUT) {
    process.stdout.write(text);
  } else if (read.length > 0) {
    withFileErrors(out, () => writeFileAtomically(out, text));
    read.forEach(([cluster, facts]) => console.log(printable(summary(cluster, facts))));
    console.log(colours().green(printable(`${out}: ${read.length} of ${clusters.length} clusters read`)));
  }
  return read.length === clusters.length ? 0 : 1;
}

async function readOrProblem(cluster: Kubectl, wanted: Wanted): Promise<Partial<ReadCluster> & { readonly problem?: Problem }> {
  try {
    return await readCluster(cluster, wanted);
  } catch (error) {
    return { problem: noAccessProblem(error) };
  }
}

function summary(cluster: string, { kubernetes, istio, ingressGateway, services }: FactsOfCluster): string {
  const gateways = gatewaysOf(ingressGateway).map(endpointText);
  const root = istio?.rootFingerprints.map(fingerprint => fingerprint.slice(0, 16)).join(', ');
  return [
    `${cluster}: Kubernetes ${kubernetes.version} (${kubernetes.platform})`,
    istio ? `Istio ${istio.version ?? 'of an unknown version'}, ${istio.trustDomain}` : 'no istiod',
    `gateway ${gateways.join(', ') || 'none'}`,
    counted(services.length, 'exported Service'),
    ...root ? [`root SHA256:${root}...`] : [],
  ].join('; ');
}
