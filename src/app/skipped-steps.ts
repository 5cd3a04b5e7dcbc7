import { join } from 'path';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { readTextIfThere } from '../files/read';
import { MeshCluster } from '../mesh/cluster';
import { RetirementStep } from '../mesh/retirement';
import { RETIREMENT_ORDER } from '../mesh/retirement-order';
import { fileName, NamedObject } from '../output/file-name';
import { ownedFiles } from '../output/owned-files';

/** What an output folder holds before a synth. */
interface WrittenOutput {
  readonly files: ReadonlySet<string>;
  /** Clusters that the catalogs in the folder name as exporters. */
  readonly exporters: ReadonlySet<string>;
}

/**
 * Steps of a retirement that the program skips: the output folder still holds what an earlier step removes, so no engine can have
 * applied that step. A folder that does not exist yet shows nothing.
 */
export function skippedSteps(outdir: string, clusters: MeshCluster[]): Problem[] {
  const retiring = clusters.filter(cluster => cluster._hasReached(RetirementStep.SERVICES));
  if (retiring.length === 0) {
    return [];
  }
  const files = ownedFiles(outdir);
  const written = { files, exporters: exportersIn(outdir, files) };
  return retiring.flatMap(cluster => skippedBy(cluster, written));
}

function skippedBy(cluster: MeshCluster, written: WrittenOutput): Problem[] {
  const reached = RETIREMENT_ORDER.filter(step => cluster._hasReached(step));
  const [now] = reached.slice(-1);
  const skipped = reached.slice(0, -1).find(step => isPending(step, cluster, written));
  if (skipped === undefined) {
    return [];
  }
  return [{
    code: MeshErrorCode.RETIREMENT,
    where: `addCluster('${cluster.clusterName}')`,
    path: cluster.node.path,
    what: `the retirement skips a step: the output folder still holds what step '${skipped}' removes`,
    got: now,
    expected: skipped,
    fix: `set retire to '${skipped}' first, and let every cluster apply it; empty the output folder if no cluster ever applied it`,
  }];
}

/** Whether the output folder shows that a step was never written. */
function isPending(step: RetirementStep, cluster: MeshCluster, { files, exporters }: WrittenOutput): boolean {
  if (step === RetirementStep.CONSUMERS) {
    return exporters.has(cluster.clusterName);
  }
  return cluster._removedAt(step).some(object => files.has(`${cluster.clusterName}/${fileName(object.toJson() as NamedObject)}`));
}

function exportersIn(outdir: string, files: ReadonlySet<string>): Set<string> {
  const catalogs = [...files].filter(path => /^mesh-catalog(\.[^/]*)?\.json$/.test(path));
  return new Set(catalogs.flatMap(path => exportersOf(readTextIfThere(join(outdir, path)))));
}

/** The part of a catalog that names exporters. */
interface CatalogText {
  readonly services?: Array<{ readonly exporters?: Array<{ readonly cluster: string }> }>;
}

/** The exporters that a catalog names; none where the text is no catalog, which the next synth replaces. */
function exportersOf(text: string | undefined): string[] {
  try {
    const { services = [] } = JSON.parse(text ?? '{}') as CatalogText;
    return services.flatMap(({ exporters = [] }) => exporters.map(({ cluster }) => cluster));
  } catch {
    return [];
  }
}
