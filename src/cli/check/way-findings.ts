import { MeshErrorCode } from '../../errors/mesh-error-code';
import type { Finding } from '../../written/finding';
import { GlobalImport, importsOf, LocalImport, rulesWithoutEntry, whereOf } from '../../written/imports';
import { placeOf, titleOf } from '../../written/manifest';
import type { WrittenMesh } from '../../written/mesh';
import { findingsOn, outcomesOf } from '../../written/way/step';
import { waysOfImport } from '../../written/way/way';

/** What the ways of all imports show. */
export interface CheckedWays {
  readonly findings: Finding[];
  readonly imports: number;
  /** Imports with a way that leaves what the folders show. */
  readonly outOfSight: number;
}

/** Walks the way of each port of each import, as `explain` does. */
export function checkedWays(mesh: WrittenMesh): CheckedWays {
  const findings: Finding[] = [];
  let imports = 0;
  let outOfSight = 0;
  for (const cluster of mesh.clusters.values()) {
    for (const imported of importsOf(mesh, cluster)) {
      const ways = waysOfImport(mesh, imported);
      findings.push(...ways.flatMap(({ first }) => findingsOn(first)), ...secondEntries(imported));
      imports++;
      outOfSight += ways.some(({ first }) => outcomesOf(first).includes('out of sight')) ? 1 : 0;
    }
    findings.push(...rulesWithoutEntry(cluster).map(rule => ({
      severity: 'error' as const,
      code: MeshErrorCode.INCOMPLETE_IMPORT,
      where: `${cluster.name}, ${titleOf(rule)}`,
      what: 'the rule is for a service of another cluster, and its namespace has no ServiceEntry for the host',
      got: rule.content.spec.host,
      expected: 'a ServiceEntry for the host',
      fix: 'run the synth again, restore the entry from Git, or delete the rule with the rest of the import',
      place: placeOf(rule, 'spec', 'host'),
    })));
  }
  return { findings, imports, outOfSight };
}

/** Of two entries for a host in one namespace, Istio takes the older one. */
function secondEntries(imported: GlobalImport | LocalImport): Finding[] {
  if (imported.kind === 'local') {
    return [];
  }
  const { cluster, host, namespace, entry } = imported;
  return cluster.forHost('ServiceEntry', host, namespace).filter(other => other !== entry).map(other => (
    [entry, other].sort((a, b) => a.file.path < b.file.path ? -1 : 1)
  )).map(([first, second]) => ({
    severity: 'error',
    code: MeshErrorCode.DUPLICATE_HOST,
    where: whereOf(imported),
    what: 'two ServiceEntries for one host are visible in the namespace',
    got: [titleOf(first), titleOf(second)],
    expected: 'one ServiceEntry',
    fix: 'remove one of them, or limit it to its namespace with exportTo',
    place: placeOf(second, 'spec', 'hosts'),
  }));
}
