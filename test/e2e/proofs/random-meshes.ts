import { mkdtempSync, rmSync } from 'fs';
import { join } from 'path';
import * as fc from 'fast-check';
import { must, Proof, ProofRun } from '../proof';
import { drawnMesh } from '../random/arbitrary';
import type { MeshDeclaration } from '../random/declaration';
import { FAULTS, Fault } from '../random/faults';
import { FEATURES, featuresOf } from '../random/features';
import { Judge, startJudge } from '../random/judge';
import { Judgement, judged, synthesize } from '../random/mesh-run';
import { PROGRAM_IMPORTS, programOf } from '../random/program';
import { settled } from '../random/settle';
import { smallest } from '../random/smaller';

/** How many meshes are judged; a long run sets MESHES, and SEED for others than last time. */
const MESHES = setting('MESHES', 1000);
const SEED = setting('SEED', 1);
/** In how many meshes each fault is planted. */
const PLANTED = 5;

/** Random meshes are what they were declared to be, by istiod's own generator, simulator and validation. */
export const randomMeshesProofs: Proof[] = ['1.30', '1.31'].map(release => ({
  name: `random-meshes-${release}`,
  parts: [{ name: 'mesh-judge', module: `judge-${release}`, package: './mesh-judge' }],
  async show(run) {
    const judge = startJudge(run.program('mesh-judge'));
    try {
      const { calls, declared, objects } = await judgeMeshes(release, judge, run);
      const caught = await catchFaults(release, judge, run);
      return `${number(MESHES)} meshes, ${number(calls)} calls (${number(declared)} that lead somewhere), ${number(objects)} objects, `
        + `0 wrong, ${caught} of ${FAULTS.length} planted faults caught, each in ${PLANTED} meshes, seed ${SEED}`;
    } finally {
      judge.end();
    }
  },
}));

/** Judges all meshes; a wrong one is made smaller as long as it stays wrong, and printed as a program. */
async function judgeMeshes(release: string, judge: Judge, run: ProofRun): Promise<Omit<Judgement, 'problems'>> {
  const sum = { meshes: 0, calls: 0, declared: 0, objects: 0 };
  const unmet = new Set(FEATURES);
  let lost: Error | undefined;
  const property = fc.asyncProperty(drawnMesh, async drawn => {
    const mesh = settled(drawn, release);
    const { problems, calls, declared, objects } = await judgementOf(mesh, judge, run).catch(error => {
      lost ??= new Error(`${error.message}\nwhile it judged\n${programOf(mesh)}`);
      throw error;
    });
    featuresOf(mesh).forEach(feature => unmet.delete(feature));
    sum.calls += calls;
    sum.declared += declared;
    sum.objects += objects;
    if (++sum.meshes % 500 === 0) {
      run.say(`${sum.meshes} meshes judged`);
    }
    must(problems.length === 0, problems.join('\n'));
  });
  const result = await fc.check(property, { numRuns: MESHES, seed: SEED });
  if (lost) {
    throw lost;
  }
  if (result.failed) {
    throw await wrongMesh(settled(result.counterexample![0], release), judge, run);
  }
  must(sum.declared > sum.calls / 20, `only ${sum.declared} of ${sum.calls} calls lead somewhere: too few to say anything`);
  must(unmet.size === 0, `no mesh had: ${[...unmet].join(', ')}; too few meshes to say anything`);
  return sum;
}

/** What is wrong with a mesh, as a program that a person can run. */
async function wrongMesh(found: MeshDeclaration, judge: Judge, run: ProofRun): Promise<Error> {
  const mesh = await smallest(found, async less => (await judgementOf(less, judge, run)).problems.length > 0);
  const { problems } = await judgementOf(mesh, judge, run);
  return new Error(`a wrong mesh, with seed ${SEED}:\n${problems.slice(0, 5).join('\n')}\n\n${PROGRAM_IMPORTS}\n\n${programOf(mesh)}`);
}

/** The judgement of a mesh. One that the library refuses is wrong as well, since all that is drawn is valid. */
function judgementOf(mesh: MeshDeclaration, judge: Judge, run: ProofRun): Promise<Judgement> {
  return inFolder(run, async outdir => {
    try {
      synthesize(mesh, outdir);
    } catch (error) {
      return { problems: [`it is refused: ${(error as Error).message}`], calls: 0, declared: 0, objects: 0 };
    }
    return judged(mesh, outdir, judge);
  });
}

async function inFolder<T>(run: ProofRun, use: (outdir: string) => Promise<T>): Promise<T> {
  const outdir = mkdtempSync(join(run.folder, 'mesh-'));
  try {
    return await use(outdir);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** Plants each fault in meshes that are right without it: the same judgement must then find it. */
async function catchFaults(release: string, judge: Judge, run: ProofRun): Promise<number> {
  const meshes = fc.sample(drawnMesh, { numRuns: 1500, seed: SEED }).map(drawn => settled(drawn, release));
  for (const fault of FAULTS) {
    let planted = 0;
    for (let i = 0; i < meshes.length && planted < PLANTED; i++) {
      planted += await isCaught(fault, { ...meshes[i], hostile: fault.hostile ?? false }, judge, run) ? 1 : 0;
    }
    must(planted === PLANTED, `'${fault.name}' found a place in ${planted} meshes alone`);
  }
  return FAULTS.length;
}

/** Whether a mesh has a place for the fault; throws when it is planted there and not caught, or when the mesh is wrong without it. */
function isCaught(fault: Fault, mesh: MeshDeclaration, judge: Judge, run: ProofRun): Promise<boolean> {
  return inFolder(run, async outdir => {
    synthesize(mesh, outdir);
    if (!fault.plant(mesh, outdir)) {
      return false;
    }
    const { problems } = await judged(mesh, outdir, judge);
    must(problems.some(problem => fault.seen.test(problem)), `'${fault.name}' was not caught: ${problems.join('\n')}\n${programOf(mesh)}`);
    // A synth puts right what it wrote before.
    synthesize(mesh, outdir);
    const after = await judged(mesh, outdir, judge);
    must(after.problems.length === 0, `a mesh is wrong without '${fault.name}': ${after.problems.join('\n')}\n${programOf(mesh)}`);
    return true;
  });
}

function setting(name: string, otherwise: number): number {
  const value = Number(process.env[name] ?? otherwise);
  if (Number.isSafeInteger(value) && value > 0) {
    return value;
  }
  throw new Error(`${name} is ${process.env[name]}, not a whole number above 0`);
}

function number(value: number): string {
  return value.toLocaleString('en');
}
