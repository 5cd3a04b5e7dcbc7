import { Caller, callerFindings } from './caller-findings';
import { DialTarget, dialTargets, gatewayFindings } from './gateway-findings';
import { istiodFindings } from './istiod-findings';
import type { LiveCluster } from './live-cluster';
import { liveWay } from './live-way';
import { comparedObjects } from './object-findings';
import { proxyFindings } from './proxy-findings';
import { ClusterRoots, rootFindings, trustedRoots, TrustedRoots } from './root-findings';
import { settingFindings } from './setting-findings';
import type { LiveMesh } from './walk';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import type { Finding } from '../../written/finding';
import { importsOf } from '../../written/imports';
import type { WrittenMesh } from '../../written/mesh';
import { findingsOn, untilStopped } from '../../written/way/step';
import { Way, waysOfImport } from '../../written/way/way';
import { noAccessProblem } from '../kubectl/no-access';

/** What `check --live` looks at. */
export interface LiveCheck {
  readonly pki: string;
  readonly within: number;
  readonly now: Date;
  readonly callers: Caller[];
  /** Whether gateways are connected to from where the command runs. */
  readonly connects: boolean;
  /** Told of each part that begins. */
  readonly report: (part: string) => void;
}

/** Everything that running clusters show beside their folders. */
export async function liveFindings(mesh: WrittenMesh, live: LiveMesh, check: LiveCheck): Promise<Finding[]> {
  const { report, now, within, pki } = check;
  const clusters = [...live.values()];
  report('objects, istiod and gateways');
  // A cluster that cannot be reached is told once, and left out of the rest.
  const roots = new Map<string, TrustedRoots>();
  const findings = (await Promise.all(clusters.map(async cluster => orNoAccess(async () => {
    roots.set(cluster.name, await trustedRoots(cluster));
    const { found, findings: ofObjects } = await comparedObjects(cluster);
    return [...ofObjects, ...(await Promise.all([
      orNoAccess(() => istiodFindings(cluster, found)),
      orNoAccess(() => proxyFindings(cluster, mesh.gatewayOwners)),
      orNoAccess(() => settingFindings(cluster, mesh.folders)),
    ])).flat()];
  })))).flat();
  findings.push(...rootFindings(roots, pki, { now, within }));
  const reached: LiveMesh = new Map(clusters.filter(({ name }) => roots.has(name)).map(cluster => [cluster.name, cluster]));
  report('the proxies of callers');
  const ways = await liveWays(mesh, reached);
  // What could not be asked was not checked.
  findings.push(...ways.flatMap(({ way }) => findingsOn(way.first)).map(
    (finding): Finding => finding.code === MeshErrorCode.CLUSTER_ACCESS ? { ...finding, severity: 'error' } : finding,
  ), ...withoutCallers(ways));
  if (check.connects) {
    report('certificates of gateways');
    findings.push(...await gatewayFindings(offlineTargets(mesh, roots), { now, within }));
  }
  for (const caller of check.callers) {
    report(`imports from pod ${caller.namespace}/${caller.pod}`);
    const cluster = reached.get(caller.cluster);
    findings.push(...cluster ? await orNoAccess(() => callerFindings(mesh, cluster, caller)) : []);
  }
  return findings;
}

interface AskedWay {
  readonly cluster: string;
  readonly namespace: string;
  readonly way: Way;
  readonly hasCaller: boolean;
}

/** The ways of all imports of the running clusters, with what the proxies say. */
async function liveWays(mesh: WrittenMesh, live: LiveMesh): Promise<AskedWay[]> {
  const asked = [...live.values()].flatMap(cluster => importsOf(mesh, cluster.written).flatMap(
    imported => waysOfImport(mesh, imported).map(way => ({ cluster, imported, way })),
  ));
  return Promise.all(asked.map(async ({ cluster, imported, way }) => {
    const stopped = { ...way, first: untilStopped(way.first) };
    const hasCaller = await callerOf(cluster, imported.namespace) !== undefined;
    return { cluster: cluster.name, namespace: imported.namespace, hasCaller, way: hasCaller ? await liveWay(live, stopped) : stopped };
  }));
}

async function callerOf(cluster: LiveCluster, namespace: string) {
  try {
    return await cluster.callerIn(namespace);
  } catch (error) {
    noAccessProblem(error);
    return undefined;
  }
}

/** Importing namespaces without a pod whose sidecar could be asked. */
function withoutCallers(ways: AskedWay[]): Finding[] {
  const silent = ways.filter(({ hasCaller }) => !hasCaller).map(({ cluster, namespace }) => `${cluster}, namespace ${namespace}`);
  return [...new Set(silent)].map(where => ({
    severity: 'warning',
    code: MeshErrorCode.LIVE_WAY,
    where,
    what: 'no pod with a sidecar is ready in the namespace, so no proxy of a caller was asked about its imports',
    fix: 'start a workload with a sidecar, or remove the imports',
  }));
}

/** The gateways that imports of running clusters need, as the files name them. */
function offlineTargets(mesh: WrittenMesh, roots: ClusterRoots): DialTarget[] {
  return [...roots.keys()].flatMap(name => importsOf(mesh, mesh.clusters.get(name)!).flatMap(
    imported => waysOfImport(mesh, imported).flatMap(({ first }) => dialTargets(first, roots, name)),
  ));
}

/** The findings of some work, or the finding that kubectl could not do it. */
async function orNoAccess(work: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await work();
  } catch (error) {
    return [{ ...noAccessProblem(error), severity: 'error' }];
  }
}
