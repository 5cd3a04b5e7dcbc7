import { mkdtempSync } from 'fs';
import { join } from 'path';
import { IstioRelease } from '../../../src';
import { must, Proof, ProofRun } from '../proof';
import { Judge, startJudge } from '../random/judge';
import { expectations, folderOf, judgedClusters, rewrite, writeMesh } from '../random/stateful-set-mesh';
import { differences } from '../random/verdict';

/** A fault that is planted in the folder of a cluster. */
interface Fault {
  readonly name: string;
  readonly cluster: string;
  /** What a difference that it causes reads like. */
  readonly seen: RegExp;
  readonly change: (file: string, text: string) => string;
}

const FAULTS: Fault[] = [
  {
    name: 'two Services that select each other\'s pod',
    cluster: 'receiver',
    seen: /ingress gateway opens 15443 outbound_\.5432_\._\.mesh-export-db-0/,
    change: (file, text) => file.startsWith('Service_')
      ? text.replace(/(pod-name: )db-([01])/, (_, key, ordinal) => `${key}db-${1 - Number(ordinal)}`) : text,
  },
  {
    name: 'a Service that selects all pods',
    cluster: 'receiver',
    seen: /ingress gateway opens 15443 outbound_\.5432_\._\.mesh-export-db-2/,
    change: (file, text) => file.startsWith('Service_data_mesh-export-db-2') ? text.replace(/selector:\n.*\n/, 'selector: {}\n') : text,
  },
  {
    name: 'a Gateway that opens the headless Service',
    cluster: 'receiver',
    seen: /ingress gateway lacks 15443 outbound_\.5432_\._\.mesh-export-db-1/,
    change: (file, text) => file.includes('mesh-db-1-data') ? text.replace('mesh-export-db-1', 'db-headless') : text,
  },
  {
    name: 'an import with the SNI of another pod',
    cluster: 'caller',
    seen: /db-1\.db-headless\.data\.global port 5432, at .*mesh-export-db-0/,
    change: (file, text) => /^DestinationRule.*all_db-1/.test(file) ? text.replace('mesh-export-db-1', 'mesh-export-db-0') : text,
  },
  {
    name: 'an egress route without a pod',
    cluster: 'caller',
    seen: /egress gateway lacks 15443 outbound_\.5432_\._\.mesh-export-db-2/,
    change: (file, text) => /^VirtualService.*istio-system_mesh-db-2/.test(file)
      ? text.replace(/mesh-export-db-2/g, 'mesh-export-db-9') : text,
  },
];

/** Each host of a StatefulSet leads to its own pod, by istiod's own generator, simulator and validation. */
export const statefulSetProofs: Proof[] = [IstioRelease.V1_30, IstioRelease.V1_31].map(release => ({
  name: `stateful-sets-${release.version}`,
  parts: [{ name: 'mesh-judge', module: `judge-${release.version}`, package: './mesh-judge' }],
  async show(run) {
    const judge = startJudge(run.program('mesh-judge'));
    try {
      const wrong = await judged(release, judge, run);
      must(wrong.length === 0, wrong.join('\n'));
      for (const fault of FAULTS) {
        const found = await judged(release, judge, run, fault);
        must(found.some(difference => fault.seen.test(difference)), `'${fault.name}' was not caught: ${found.join('\n')}`);
      }
      const calls = expectations().flatMap(cluster => cluster.calls);
      return `${calls.length} calls (${calls.filter(({ routes }) => routes.length > 0).length} that lead to a pod), 0 wrong, `
        + `${FAULTS.length} of ${FAULTS.length} planted faults caught`;
    } finally {
      judge.end();
    }
  },
}));

/** Where istiod does something else than is expected with what the library writes, changed by a fault. */
async function judged(release: IstioRelease, judge: Judge, run: ProofRun, fault?: Fault): Promise<string[]> {
  const outdir = mkdtempSync(join(run.folder, 'mesh-'));
  writeMesh(release, outdir);
  if (fault) {
    rewrite(folderOf(fault.cluster, outdir), fault.change);
  }
  const expected = expectations();
  const clusters = judgedClusters(outdir, expected);
  const verdicts = await judge.ask(clusters);
  return verdicts.flatMap((verdict, i) => differences(clusters[i].name, expected[i], verdict));
}
