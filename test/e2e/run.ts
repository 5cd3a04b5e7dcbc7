/** Runs proofs on real components: `npm run e2e`, `npm run e2e -- --only NAME`. See README.md in this folder. */
import { execFileSync } from 'child_process';
import { rmSync } from 'fs';
import { parseArgs } from 'util';
import { STATE } from './cluster/machine';
import { endRig } from './cluster/rig';
import { built, envoyBinary } from './parts';
import { Proof, proofFolder } from './proof';
import { adoptProof } from './proofs/adopt';
import { alertProofs } from './proofs/alerts';
import { deleteProof } from './proofs/argocd-delete';
import { installProof } from './proofs/argocd-install';
import { projectProof } from './proofs/argocd-project';
import { rolloutProof } from './proofs/argocd-rollout';
import { bundlesProof } from './proofs/ca/bundles';
import { chainsProof } from './proofs/ca/chains';
import { crdsProof } from './proofs/ca/crds';
import { documentsProof } from './proofs/ca/documents';
import { expiredProof } from './proofs/ca/expired';
import { killCaProof } from './proofs/ca/kill';
import { mergeProof } from './proofs/ca/merge';
import { secretsProof } from './proofs/ca/secrets';
import { cleanupProof } from './proofs/cleanup';
import { completionProof } from './proofs/completion';
import { dnsAnswersProof } from './proofs/dns-answers';
import { dnsFuzzProof } from './proofs/dns-fuzz';
import { dnsLoadProof } from './proofs/dns-load';
import { firstStepsProof } from './proofs/first-steps';
import { fluxOciProof } from './proofs/flux-oci';
import { gitopsProofs } from './proofs/gitops';
import { graphProof } from './proofs/graph';
import { importProof } from './proofs/import';
import { importOptionProofs } from './proofs/import-options';
import { importsProof } from './proofs/imports';
import { istioctlProofs } from './proofs/istioctl';
import { killProof } from './proofs/kill';
import { killedProof } from './proofs/killed';
import { kustomizeProof } from './proofs/kustomize';
import { languageProofs } from './proofs/languages';
import { liveProofs } from './proofs/live';
import { localNameProofs } from './proofs/local-names';
import { meshProofs } from './proofs/mesh';
import { metricProofs } from './proofs/metrics';
import { namesProofs } from './proofs/names';
import { newProof } from './proofs/new';
import { packageProof } from './proofs/package';
import { policiesProof } from './proofs/policies';
import { pruneProof } from './proofs/prune';
import { randomMeshesProofs } from './proofs/random-meshes';
import { retireProofs } from './proofs/retire';
import { scaleProofs } from './proofs/scale';
import { siteProof } from './proofs/site';
import { statefulSetProofs } from './proofs/stateful-sets';
import { trustProofs } from './proofs/trust';
import { yamlProof } from './proofs/yaml';

const PROOFS: Proof[] = [
  packageProof, ...languageProofs,
  importsProof, importProof, newProof, yamlProof, graphProof, completionProof, kustomizeProof, policiesProof, projectProof, rolloutProof,
  killProof, siteProof, bundlesProof, chainsProof, expiredProof, mergeProof, documentsProof, secretsProof, killCaProof, dnsFuzzProof,
  ...istioctlProofs,
  ...alertProofs,
  ...randomMeshesProofs,
  ...statefulSetProofs,
  ...namesProofs,
  ...importOptionProofs,
  crdsProof, fluxOciProof, dnsLoadProof, dnsAnswersProof, cleanupProof, pruneProof, installProof, deleteProof, killedProof,
  ...byRelease([
    ...meshProofs, ...localNameProofs, firstStepsProof, adoptProof, ...scaleProofs, ...gitopsProofs, ...retireProofs, ...trustProofs,
    ...metricProofs, ...liveProofs,
  ]),
];

/** Release that only proofs of the core run on, with `--core`; all others run on the newest one. */
const OLDER = '1.30';

/** Proofs of what every mesh has. */
const CORE = ['direct', 'egress', 'versions', 'traffic', 'exposure', 'identity', 'failover', 'trust', 'istioctl', 'random-meshes'];

/** How to inspect the clusters that `--keep` leaves running. The next run ends them. */
const LOOK = `the clusters stay: kubectl --kubeconfig ${STATE}/cluster1/kubeconfig get pods -A; logs in ${STATE}; `
  + '"ip netns list" names the pods\' networks';

/** Whether a proof runs on the older release and is not of the core. The same proof runs on the newest release. */
function isOfOlderReleaseAlone({ name }: Proof): boolean {
  return name.endsWith(`-${OLDER}`) && !CORE.some(core => name === `${core}-${OLDER}`);
}

/** Sorts the proofs by release, since those of one release share their clusters. */
function byRelease(proofs: Proof[]): Proof[] {
  const release = (proof: Proof) => proof.name.split('-').pop();
  return [...new Set(proofs.map(release))].flatMap(version => proofs.filter(proof => release(proof) === version));
}

void main();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' }, core: { type: 'boolean' }, build: { type: 'boolean' }, keep: { type: 'boolean' }, list: { type: 'boolean' },
    },
  });
  const wanted = values.only?.split(',');
  const left = values.core ? PROOFS.filter(isOfOlderReleaseAlone) : [];
  const chosen = PROOFS.filter(proof => !left.includes(proof) && (!wanted || wanted.includes(proof.name)));
  const unknown = wanted?.filter(name => !PROOFS.some(proof => proof.name === name)) ?? [];
  if (values.list || unknown.length > 0) {
    console.log(`${unknown.length > 0 ? `unknown: ${unknown.join(', ')}; ` : ''}proofs: ${PROOFS.map(proof => proof.name).join(', ')}`);
    process.exitCode = values.list ? 0 : 2;
    return;
  }
  const needsClusters = chosen.some(({ tools }) => tools === undefined);
  const missing = needsClusters ? missingTools() : missingOf(chosen.flatMap(({ tools = [] }) => tools));
  if (missing.length > 0) {
    console.error(`missing on this machine: ${missing.join(', ')}; nothing was proved`);
    process.exitCode = 2;
    return;
  }
  if (values.build) {
    await buildParts(chosen);
    return;
  }
  let failed = 0;
  for (const proof of chosen) {
    failed += await shown(proof) ? 0 : 1;
  }
  if (values.keep) {
    console.error(LOOK);
  } else if (needsClusters) {
    await endRig();
  }
  if (left.length > 0) {
    console.log(`left to a run without --core: ${left.map(({ name }) => name).join(', ')}`);
  }
  console.log(`${chosen.length - failed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}

/** Builds the parts of the proofs, and runs no proof. CI does this while unit tests run. */
async function buildParts(proofs: Proof[]): Promise<void> {
  const say = (line: string) => console.error(`  ${line}`);
  const parts = new Map(proofs.flatMap(proof => proof.parts).map(part => [`${part.module} ${part.name}`, part]));
  for (const part of parts.values()) {
    await built(part, say);
  }
  await envoyBinary(say);
  console.log(`${parts.size} parts built`);
}

/** Runs one proof, prints its line, and returns whether it passed. The times of the build and of the proof are separate. */
async function shown(proof: Proof): Promise<boolean> {
  const folder = proofFolder(proof.name);
  const say = (line: string) => console.error(`  ${line}`);
  const started = Date.now();
  try {
    const programs = new Map<string, string>();
    for (const part of proof.parts) {
      programs.set(part.name, await built(part, say));
    }
    const ready = Date.now();
    const figure = await proof.show({ folder, say, program: name => programs.get(name)! });
    console.log(`ok    ${proof.name}: ${figure} (parts ${seconds(ready - started)}, proof ${seconds(Date.now() - ready)})`);
    return true;
  } catch (error) {
    console.log(`FAIL  ${proof.name}: ${error instanceof Error ? error.message : error}`);
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function missingTools(): string[] {
  const tools = [
    ['go', 'version'],
    ['python3', '--version'],
    ['etcd', '--version'],
    ['iptables', '--version'],
    ['ip', '-V'],
    ['openssl', 'version'],
    ['faketime', '--version'],
    ['make', '--version'],
    ['curl', '--version'],
    ['dig', '-v'],
    ['git', '--version'],
    ['redis-server', '--version'],
    ['chromium', '--version'],
    ['zsh', '--version'],
    ['fish', '--version'],
  ];
  const root = process.getuid?.() === 0 ? [] : [['root', '']];
  return [...root.map(([name]) => name), ...missingOf(tools)];
}

/** Those of some tools that cannot be started, each with an argument by which it prints its version. */
function missingOf(tools: string[][]): string[] {
  return tools.filter(([tool, argument]) => {
    try {
      execFileSync(tool, [argument], { stdio: 'ignore' });
      return false;
    } catch {
      return true;
    }
  }).map(([tool]) => tool);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
