import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import * as fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { IstioRelease } from '../../../src';
import { LineProgram, startLineProgram } from '../line-program';
import { declare } from '../names/declare';
import { drawnNames, DrawnNames } from '../names/drawn';
import { PLANTED, PlantedValue, USUAL } from '../names/planted';
import { must, Proof, ProofRun } from '../proof';

/** How many meshes are declared; a long run sets NAMES, and SEED for others than last time. */
const MESHES = Number(process.env.NAMES ?? 2000);
const SEED = Number(process.env.SEED ?? 1);

/** What the judge says of an output. */
interface Answer {
  readonly error?: string;
  readonly objects: number;
  readonly invalid: string[];
}

const RELEASES: ReadonlyArray<readonly [string, IstioRelease]> = [['1.30', IstioRelease.V1_30], ['1.31', IstioRelease.V1_31]];

/** Names and values that the library accepts, istiod, Kubernetes and cert-manager accept too. */
export const namesProofs: Proof[] = RELEASES.map(([release, istio]) => ({
  name: `names-${release}`,
  parts: [{ name: 'names-judge', module: `judge-${release}`, package: './names-judge' }],
  async show(run) {
    const judge = startLineProgram('names-judge', run.program('names-judge'));
    try {
      const { accepted, refused, objects } = await judgeNames(istio, judge, run);
      const missed: string[] = [];
      for (const planted of PLANTED) {
        if (!await isCaught(planted, istio, judge, run)) {
          missed.push(planted.name);
        }
      }
      must(missed.length === 0, `planted values that are not refused: ${missed.join('; ')}`);
      return `${accepted} of ${accepted + refused} outputs with names and values at the edges accepted by the library, with ${objects} `
        + `objects, none of them refused by istiod; ${PLANTED.length} planted values refused, seed ${SEED}`;
    } finally {
      judge.end();
    }
  },
}));

async function judgeNames(istio: IstioRelease, judge: LineProgram, run: ProofRun) {
  const sum = { accepted: 0, refused: 0, objects: 0 };
  const codes = new Set<string>();
  const property = fc.asyncProperty(drawnNames, drawn => inFolder(run, async outdir => {
    const code = declare(drawn, istio, outdir);
    if (code !== undefined) {
      sum.refused++;
      codes.add(code);
      return;
    }
    const { objects } = await judged(outdir, judge);
    sum.accepted++;
    sum.objects += objects;
  }));
  const result = await fc.check(property, { numRuns: MESHES, seed: SEED });
  if (result.failed) {
    throw new Error(`with seed ${SEED}: ${(result.errorInstance as Error).message}\nof ${fc.stringify(result.counterexample![0])}`);
  }
  const wanted = ['MESH001', 'MESH002', 'MESH003', 'MESH009', 'MESH012', 'MESH027', 'MESH044', 'MESH047'];
  const unmet = wanted.filter(code => !codes.has(code));
  must(unmet.length === 0, `no value was refused with ${unmet.join(', ')}: too few meshes to say anything`);
  must(sum.objects > 5 * sum.accepted, `only ${sum.objects} objects of ${sum.accepted} meshes were judged`);
  must(sum.accepted > sum.refused / 4, `only ${sum.accepted} meshes were accepted, and ${sum.refused} refused: too few to say anything`);
  return sum;
}

/** The judgement of an output that must be accepted. */
async function judged(outdir: string, judge: LineProgram): Promise<Answer> {
  const answer: Answer = await judge.ask({ folder: outdir });
  must(answer.error === undefined, `the output cannot be judged: ${answer.error}`);
  must(answer.invalid.length === 0, `refused by the judge, and not by the library: ${answer.invalid.join('\n')}`);
  return answer;
}

/** Plants a value in an output that is accepted without it, and returns whether the judge refuses it. */
async function isCaught(planted: PlantedValue, istio: IstioRelease, judge: LineProgram, run: ProofRun): Promise<boolean> {
  const drawn: DrawnNames = { ...USUAL, ...planted.in };
  return inFolder(run, async outdir => {
    const code = declare(drawn, istio, outdir);
    must(code === undefined, `the mesh for '${planted.name}' is refused with ${code}`);
    await judged(outdir, judge);
    must(plant(planted, outdir) > 0, `'${planted.name}' found no place`);
    const { error, invalid }: Answer = await judge.ask({ folder: outdir });
    must(error === undefined, `the output with '${planted.name}' cannot be judged: ${error}`);
    return invalid.length > 0;
  });
}

function plant({ kind, plant: change }: PlantedValue, outdir: string): number {
  const files = readdirSync(outdir, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.yaml'));
  const places = files.map(file => ({ path: join(outdir, file), object: parse(readFileSync(join(outdir, file), 'utf8')) }))
    .filter(({ object }) => object.kind === kind);
  places.forEach(({ path, object }) => {
    change(object);
    writeFileSync(path, stringify(object));
  });
  return places.length;
}

async function inFolder<T>(run: ProofRun, use: (outdir: string) => Promise<T>): Promise<T> {
  const outdir = mkdtempSync(join(run.folder, 'names-'));
  try {
    return await use(outdir);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
