import { compared } from './compare/compare';
import { addedObjects, clusterOfRun, noteDifferences, noteForgotten, noteRefused } from './compare/differences';
import { policyOptions } from './compare/policies';
import type { DraftContext } from './draft/context';
import type { ImportDraft, MeshDraft } from './draft/draft';
import type { Ledger } from './draft/ledger';
import { programOf, withoutUnused } from './draft/statements';
import { hostOf } from './facts/entry-facts';
import type { Expression, Statement } from './program/expression';
import { Run, runProgram } from './program/run';
import { Problem, problemText } from '../../errors/problem';
import type { Manifest } from '../../written/manifest';

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

type Options = { readonly [option: string]: Expression };

type Defaults = ReadonlyMap<string, Options>;

/** How often options are added to make the program write what the manifests say. */
const ROUNDS = 3;

/** Runs a program, and adds options until it writes what the manifests say, as far as options can. */
export function refined(first: MeshDraft, context: DraftContext): Conversion {
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
  const statements = withoutUnused(program.statements.map(statement => withoutRefused(statement, run)));
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

/** Options that imports lack, by import. */
function patchesOf(draft: MeshDraft, run: Run, { inputs }: DraftContext): Map<ImportDraft, { readonly [field: string]: any }> {
  const found = draft.imports.flatMap(imported => {
    const before = inputs.clusters.get(imported.cluster)!;
    const written = clusterOfRun(run, before);
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
    const isAlike = timeouts.length > 0 && timeouts.every(timeout => timeout !== undefined
      && JSON.stringify(timeout) === JSON.stringify(timeouts[0]));
    return isAlike && !defaults.has(name) ? [[name, timeouts[0]!]] : [];
  }));
  const imports = draft.imports.map(imported => {
    const { connectTimeout, ...others } = optionsOf.get(imported) ?? {};
    const own = shared.has(imported.cluster) || connectTimeout === undefined ? others : { connectTimeout, ...others };
    return Object.keys(own).length === 0 ? imported : { ...imported, policy: mergedOptions(imported.policy, own) };
  });
  return {
    draft: { ...draft, imports },
    defaults: new Map([...defaults, ...[...shared].map(([name, connectTimeout]) => [name, { connectTimeout }] as const)]),
  };
}

/** Options with more of them. Overrides of routes and of a traffic policy are two fields of one option. */
function mergedOptions(options: Options, more: Options): Options {
  const [some, others] = [options.overrides, more.overrides];
  if (some?.is !== 'object' || others?.is !== 'object') {
    return { ...options, ...more };
  }
  return { ...options, ...more, overrides: { is: 'object', fields: [...some.fields, ...others.fields] } };
}
