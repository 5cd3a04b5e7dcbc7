import { withoutAdmiral } from './draft/admiral';
import { clusterDrafts } from './draft/clusters';
import { commonMetadataIn } from './draft/common-metadata';
import type { DraftContext } from './draft/context';
import type { MeshDraft } from './draft/draft';
import { globalDrafts } from './draft/global-imports';
import { noteGuideObjects } from './draft/guide-objects';
import { suffixOf } from './draft/identity';
import { Ledger } from './draft/ledger';
import { localDrafts } from './draft/local-imports';
import { multiPrimaryDrafts } from './draft/multi-primary';
import { GivenGateway, Owners } from './draft/owners';
import { unimportedServices } from './draft/unimported';
import { EntryFacts, entryFactsOf } from './facts/entry-facts';
import type { Inputs } from './input/inputs';
import { Conversion, refined } from './refine';

/** What a person says beside the manifests. */
export interface ConvertOptions {
  /** Release that the program is for, such as `1.31`. */
  readonly release: string;
  readonly gateways: readonly GivenGateway[];
  readonly suffix?: string;
}

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
    common: commonMetadataIn(inputs),
    imports: [...global.imports, ...local.imports, ...joined.imports],
    replicated: joined.replicated,
  };
  return refined(first, context);
}

/** The suffix that a catalog names, or that most hosts have. Istio 1.5 knows one alone. */
function usualSuffix(facts: readonly EntryFacts[], inputs: Inputs, release: string): string {
  return release === '1.5' ? 'global' : inputs.suffix ?? suffixOf(facts, inputs.services);
}
