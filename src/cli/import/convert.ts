import { compared } from './compare/compare';
import { writtenBy } from './compare/output';
import { policyOptions } from './compare/policies';
import { withoutAdmiral } from './draft/admiral';
import { clusterDrafts } from './draft/clusters';
import type { DraftContext } from './draft/context';
import type { ImportDraft, MeshDraft } from './draft/draft';
import { globalDrafts } from './draft/global-imports';
import { noteGuideObjects } from './draft/guide-objects';
import { suffixOf } from './draft/identity';
import { Ledger } from './draft/ledger';
import { localDrafts } from './draft/local-imports';
import { multiPrimaryDrafts } from './draft/multi-primary';
import { GivenGateway, Owners } from './draft/owners';
import { Program, programOf } from './draft/statements';
import { unimportedServices } from './draft/unimported';
import { EntryFacts, entryFactsOf, hostOf, snisOf } from './facts/entry-facts';
import type { Inputs } from './input/inputs';
import type { Expression, Statement } from './program/expression';
import { Run, runProgram } from './program/run';
import { Problem, problemText } from '../../errors/problem';
import type { WrittenCluster } from '../../written/cluster';
import type { Manifest } from '../../written/manifest';

/** What a person says beside the manifests. */
export interface ConvertOptions {
  /** Release that the program is for, such as `1.31`. */
  readonly release: string;
  readonly gateways: readonly GivenGateway[];
  readonly suffix?: string;
}

/** A program, and what became of every object. */
export interface Conversion {
  readonly draft: MeshDraft;
  /** Statements of the program. One that the library refuses is a comment. */
  readonly statements: readonly Statement[];
  readonly ledger: Ledger;
  /** Problems of the whole mesh, for which a synth of the program writes nothing. */
  readonly problems: readonly Problem[];
  /** Objects that the program writes and that were not there, by cluster. */
  readonly added: ReadonlyArray<readonly [string, Manifest]>;
}

type Defaults = ReadonlyMap<string, { readonly [option: string]: Expression }>;

/** How often options are added to make the program write what the manifests say. */
const ROUNDS = 3;

/** Writes manifests as a program, runs it, and compares what it writes with the manifests. */
export function converted(inputs: Inputs, { release, gateways, suffix }: ConvertOptions): Conversion {
  const ledger = new Ledger([...inputs.clusters].map(([name, { manifests }]) => [name, manifests]));
  const owners = new Owners(inputs, gateways, ledger);
  const knownHosts = new Set(inputs.services.map(({ host }) => String(host)));
  const found = [...inputs.clusters.values()].flatMap(cluster => entryFactsOf(cluster, knownHosts));
  const context: DraftContext = { inputs, owners, ledger, release, suffix: suffix ?? usualSuffix(found, inputs, release) };
  const facts = withoutAdmiral(found, context);
  const global = globalDrafts(facts, context);
  const local = localDrafts(global.services, context);
  const known = [...global.services, ...local.services];
  const open = [...known, ...unimportedServices(known, context)];
  const joined = multiPrimaryDrafts(open, context);
  const services = [...open, ...joined.services];
  const clusters = clusterDrafts(services, facts, context);
  noteGuideObjects(context);
  const first: MeshDraft = {
    release,
    clusters,
    services,
    suffix: context.suffix,
    imports: [...global.imports, ...local.imports, ...joined.imports],
    replicated: joined.replicated,
  };
  return refined(first, context);
}

/** The suffix that a catalog names, or that most hosts have. Istio 1.5 knows one alone. */
function usualSuffix(facts: readonly EntryFacts[], inputs: Inputs, release: string): string {
  return release === '1.5' ? 'global' : inputs.suffix ?? suffixOf(facts, inputs.services);
}

/** Runs a program, and adds options until it writes what the manifests say, as far as options can. */
function refined(first: MeshDraft, context: DraftContext): Conversion {
  let draft = first;
  let defaults: Defaults = new Map();
  let program = programOf(draft, defaults);
  let run = runProgram(program.statements);
  for (let round = 1; round < ROUNDS; round++) {
    const patches = patchesOf(draft, run, context);
    if (patches.size === 0) {
      break;
    }
    ({ draft, defaults } = withPolicies(draft, defaults, patches, context));
    program = programOf(draft, defaults);
    run = runProgram(program.statements);
  }
  noteRefused(draft, program, run, context);
  noteDifferences(draft, run, context);
  noteForgotten(draft, context);
  const statements = program.statements.map(statement => withoutRefused(statement, run));
  return { draft, statements, ledger: context.ledger, problems: run.problems, added: addedObjects(run, context) };
}

/** A statement, or a comment in its place where the library refuses it. */
function withoutRefused(statement: Statement, run: Run): Statement {
  const problems = run.refused.get(statement);
  if (problems === undefined) {
    return statement;
  }
  const reasons = problems.length > 0 ? problems.map(problemText) : ['it needs a statement that is left out.'];
  return { comments: reasons.map(reason => `Left out: ${reason}`) };
}

/** The cluster as the program writes it. */
function after(run: Run, cluster: WrittenCluster): WrittenCluster {
  return writtenBy(cluster.name, run.objects.get(cluster.name) ?? [], cluster.settings);
}

/** Options that imports lack, by import. */
function patchesOf(draft: MeshDraft, run: Run, { inputs }: DraftContext): Map<ImportDraft, { readonly [field: string]: any }> {
  const found = draft.imports.flatMap(imported => {
    const before = inputs.clusters.get(imported.cluster)!;
    const written = after(run, before);
    const patches = imported.sources.filter(source => source.kind === 'DestinationRule' && isOfImport(source, imported))
      .map(source => compared(source, before, written, imported.namespace).patch).filter(patch => Object.keys(patch).length > 0);
    return patches.length > 0 ? [[imported, patches[0]] as const] : [];
  });
  return new Map(found);
}

/** Whether a rule is for the imported host, and not for gateways behind an egress gateway. */
function isOfImport(rule: Manifest, { service, local }: ImportDraft): boolean {
  return local === undefined ? hostOf(rule) === service.host : hostOf(rule).startsWith(`${service.name}.${service.namespace}.svc.`);
}

/** A draft whose imports have more options; what all imports of a cluster need is a default of the cluster. */
function withPolicies(
  draft: MeshDraft, defaults: Defaults, patches: ReadonlyMap<ImportDraft, { readonly [field: string]: any }>, { release }: DraftContext,
): { draft: MeshDraft; defaults: Defaults } {
  if (release === '1.5') {
    return { draft, defaults };
  }
  const optionsOf = new Map([...patches].map(([imported, patch]) => [imported, policyOptions(patch)]));
  const shared = new Map(draft.clusters.flatMap(({ name }): Array<[string, Expression]> => {
    const timeouts = draft.imports.filter(({ cluster }) => cluster === name).map(imported => optionsOf.get(imported)?.connectTimeout);
    const isAlike = timeouts.length > 0 && timeouts.every(timeout => timeout !== undefined && JSON.stringify(timeout) === JSON.stringify(timeouts[0]));
    return isAlike && !defaults.has(name) ? [[name, timeouts[0]!]] : [];
  }));
  const imports = draft.imports.map(imported => {
    const { connectTimeout, ...others } = optionsOf.get(imported) ?? {};
    const own = shared.has(imported.cluster) || connectTimeout === undefined ? others : { connectTimeout, ...others };
    return Object.keys(own).length === 0 ? imported : { ...imported, policy: { ...imported.policy, ...own } };
  });
  return {
    draft: { ...draft, imports },
    defaults: new Map([...defaults, ...[...shared].map(([name, connectTimeout]) => [name, { connectTimeout }] as const)]),
  };
}

/** What the library refuses is listed with its own words. */
function noteRefused(draft: MeshDraft, program: Program, run: Run, { ledger }: DraftContext): void {
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
function noteDifferences(draft: MeshDraft, run: Run, { inputs, ledger }: DraftContext): void {
  const namespaces = new Map(draft.imports.flatMap(({ sources, namespace }) => sources.map(source => [source, namespace] as const)));
  const egress = new Set(draft.imports.filter(({ viaEgress }) => viaEgress).flatMap(({ sources }) => sources));
  for (const cluster of inputs.clusters.values()) {
    const written = after(run, cluster);
    for (const manifest of cluster.manifests.filter(candidate => ledger.fateOf(candidate) === 'taken')) {
      const { counterpart, reasons, patchReasons } = compared(manifest, cluster, written, namespaces.get(manifest) ?? manifest.namespace);
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
}

/** Whether an object stands in the namespace of the callers, and not in that of the egress gateway. */
function isOfCaller(manifest: Manifest, { imports }: MeshDraft): boolean {
  return imports.some(({ sources, namespace, local }) => sources.includes(manifest)
    && (manifest.namespace === namespace || local !== undefined && manifest.kind === 'WorkloadEntry'));
}

/** Objects that nobody looked at, and that are about hosts of the mesh or have the names of this library. */
function noteForgotten(draft: MeshDraft, { inputs, ledger }: DraftContext): void {
  const known = draft.services.flatMap(({ host, name, namespace }) => [host, `${name}.${namespace}.svc`]);
  const ruled = [...inputs.clusters.values()].flatMap(cluster => cluster.of('DestinationRule', 'networking.istio.io'))
    .filter(rule => snisOf(rule, [{ number: 0 }]).length > 0).map(hostOf);
  const names = [...new Set([...known, ...ruled])];
  for (const cluster of inputs.clusters.values()) {
    for (const manifest of cluster.manifests.filter(candidate => !ledger.knows(candidate))) {
      const text = JSON.stringify(manifest.content.spec ?? {});
      const about = ABOUT_HOSTS.includes(manifest.kind) && [...names, ...OF_OTHER_CLUSTERS].find(name => text.includes(name));
      if (about || OWN_NAME.test(manifest.name)) {
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

function addedObjects(run: Run, { inputs }: DraftContext): ReadonlyArray<readonly [string, Manifest]> {
  return [...inputs.clusters.values()].flatMap(cluster => after(run, cluster).manifests
    .filter(({ kind, group, namespace, name }) => cluster.find(kind, group, namespace, name) === undefined)
    .map(manifest => [cluster.name, manifest] as const));
}
