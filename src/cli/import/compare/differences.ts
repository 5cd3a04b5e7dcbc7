import { compared } from './compare';
import { writtenBy } from './output';
import { Problem, problemText } from '../../../errors/problem';
import type { WrittenCluster } from '../../../written/cluster';
import type { Manifest } from '../../../written/manifest';
import { isOfLibrary } from '../draft/common-metadata';
import type { DraftContext } from '../draft/context';
import type { MeshDraft } from '../draft/draft';
import type { Program } from '../draft/statements';
import { hostOf, snisOf } from '../facts/entry-facts';
import type { Run } from '../program/run';

/** The cluster as the program writes it. */
export function clusterOfRun(run: Run, cluster: WrittenCluster): WrittenCluster {
  return writtenBy(cluster.name, run.objects.get(cluster.name) ?? [], cluster.settings);
}

/** What the library refuses is listed with its own words. */
export function noteRefused(draft: MeshDraft, program: Program, run: Run, { ledger }: DraftContext): void {
  const reasonOf = (problems: readonly Problem[]) => problems.map(problemText).join('; ');
  for (const imported of draft.imports) {
    const statements = [program.ofImport.get(imported), ...program.ofService.get(imported.service) ?? []];
    const refused = statements.flatMap(statement => statement ? run.refused.get(statement) ?? [] : []);
    if (refused.length > 0) {
      imported.sources.forEach(source => ledger.refuse(source, reasonOf(refused)));
    }
  }
}

/** Compares every object that was taken with what the program writes for it. */
export function noteDifferences(draft: MeshDraft, run: Run, { inputs, ledger }: DraftContext): void {
  const namespaces = new Map(draft.imports.flatMap(({ sources, namespace }) => sources.map(source => [source, namespace] as const)));
  const egress = new Set(draft.imports.filter(({ viaEgress }) => viaEgress).flatMap(({ sources }) => sources));
  for (const cluster of inputs.clusters.values()) {
    const written = clusterOfRun(run, cluster);
    for (const manifest of cluster.manifests.filter(candidate => ledger.fateOf(candidate) === 'taken')) {
      const namespace = namespaces.get(manifest) ?? manifest.namespace;
      const { counterpart, reasons, patchReasons } = compared(manifest, cluster, written, namespace);
      if (counterpart === undefined && egress.has(manifest) && !isOfCaller(manifest, draft)) {
        ledger.replace(manifest, 'the program writes the objects of the egress gateway under names of its own');
        continue;
      }
      [...reasons, ...patchReasons].forEach(reason => ledger.refuse(manifest, reason));
      if (counterpart !== undefined && (counterpart.name !== manifest.name || counterpart.namespace !== manifest.namespace)) {
        ledger.removeOnceApplied(manifest);
      }
    }
  }
  for (const { sources } of draft.imports) {
    const [entry] = sources.filter(source => ENTRIES.includes(source.kind) && ledger.fateOf(source) === 'not expressed');
    const rules = entry === undefined ? [] : sources.filter(({ kind }) => kind === 'DestinationRule');
    const reason = `it is for ${entry?.kind} ${entry?.namespace}/${entry?.name}, which is not expressed as it was`;
    rules.forEach(rule => ledger.refuse(rule, reason));
  }
}

/** Kinds of the objects by which callers find remote gateways. */
const ENTRIES = ['ServiceEntry', 'WorkloadEntry'];

/** Whether an object stands in the namespace of the callers, and not in that of the egress gateway. */
function isOfCaller(manifest: Manifest, { imports }: MeshDraft): boolean {
  return imports.some(({ sources, namespace, local }) => sources.includes(manifest)
    && (manifest.namespace === namespace || local !== undefined && manifest.kind === 'WorkloadEntry'));
}

/** Objects that nobody looked at, and that are about hosts of the mesh or have the names of this library. */
export function noteForgotten(draft: MeshDraft, { inputs, ledger }: DraftContext): void {
  const known = draft.services.flatMap(({ host, name, namespace }) => [host, `${name}.${namespace}.svc`]);
  const ruled = [...inputs.clusters.values()].flatMap(cluster => cluster.of('DestinationRule', 'networking.istio.io'))
    .filter(rule => snisOf(rule, [{ number: 0 }]).length > 0).map(hostOf);
  const names = [...new Set([...known, ...ruled])];
  for (const cluster of inputs.clusters.values()) {
    for (const manifest of cluster.manifests.filter(candidate => !ledger.knows(candidate))) {
      const text = JSON.stringify(manifest.content.spec ?? {});
      const about = ABOUT_HOSTS.includes(manifest.kind) && [...names, ...OF_OTHER_CLUSTERS].find(name => text.includes(name));
      const rule = manifest.kind === 'Service' && manifest.group === ''
        ? cluster.find('DestinationRule', 'networking.istio.io', manifest.namespace, `mesh-import.${manifest.name}`) : undefined;
      // An import may have created the Service.
      const isOfImport = rule !== undefined && ledger.fateOf(rule) !== 'taken';
      if (isOfImport) {
        ledger.refuse(manifest, 'its import is not expressed');
      } else if (about || OWN_NAME.test(manifest.name) || isOfLibrary(manifest)) {
        ledger.refuse(manifest, about ? `it is about ${about}, and the program says nothing like it` : 'the program writes no such object');
      }
    }
  }
}

const ABOUT_HOSTS = ['ServiceEntry', 'DestinationRule', 'VirtualService', 'Gateway', 'WorkloadEntry', 'EnvoyFilter'];

/** Texts of objects that are for other clusters, whichever host they are about. */
const OF_OTHER_CLUSTERS = ['AUTO_PASSTHROUGH', '15443', 'outbound_.', '.remote-gateways.internal', 'auto-passthrough'];

/** Names that this library gives: of rules for exports and imports, of Gateways, and of Services of exports. */
const OWN_NAME = /^(mesh\.|mesh-import\.|mesh-remote-|mesh-export-)/;

/** Objects that the program writes and that were not there. */
export function addedObjects(run: Run, { inputs }: DraftContext): ReadonlyArray<readonly [string, Manifest]> {
  return [...inputs.clusters.values()].flatMap(cluster => clusterOfRun(run, cluster).manifests
    .filter(({ kind, group, namespace, name }) => cluster.find(kind, group, namespace, name) === undefined)
    .map(manifest => [cluster.name, manifest] as const));
}
