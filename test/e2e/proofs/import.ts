import { mkdtempSync, rmSync } from 'fs';
import { join } from 'path';
import * as fc from 'fast-check';
import { isMeshError } from '../../../src';
import { compilerMistakes } from '../../cli/import/compiler';
import { RoundTrip, roundTrip, withoutListedFeatures } from '../../cli/import/round-trip';
import { LineProgram, startLineProgram } from '../line-program';
import { must, Proof, ProofRun } from '../proof';
import { drawnMesh } from '../random/arbitrary';
import type { MeshDeclaration } from '../random/declaration';
import { programOf } from '../random/program';
import { settled } from '../random/settle';

/** How many meshes are imported; a long run sets MESHES, and SEED for others than last time. */
const MESHES = Number(process.env.MESHES ?? 200);
const SEED = Number(process.env.SEED ?? 1);
/** How many of the programs a compiler reads. */
const COMPILED = 60;

/** What the judge says of a folder. */
interface Answer {
  readonly error?: string;
  readonly objects: number;
  readonly invalid: string[];
}

/** Folders of random meshes, imported and written again, are the same, and istiod accepts both; the programs compile. */
export const importProof: Proof = {
  name: 'import',
  parts: [{ name: 'names-judge', module: 'judge-1.31', package: './names-judge' }],
  async show(run) {
    const judge = startLineProgram('names-judge', run.program('names-judge'));
    try {
      const sum = { equal: 0, listed: 0, refused: 0, objects: 0 };
      const programs: string[] = [];
      for (const drawn of fc.sample(drawnMesh, { numRuns: MESHES, seed: SEED })) {
        const mesh = withoutListedFeatures(settled(drawn, '1.31'));
        const { program, listed, extended = [], objects } = await imported(mesh, judge, run);
        must(extended.length === 0, `${extended.join('\n')}\nof\n${programOf(mesh)}\nimported as\n${program}`);
        sum.objects += objects;
        sum.refused += program === undefined ? 1 : 0;
        sum.equal += program !== undefined && listed.length === 0 ? 1 : 0;
        sum.listed += listed.length > 0 ? 1 : 0;
        programs.push(...program === undefined ? [] : [program]);
      }
      const whole = fc.sample(drawnMesh, { numRuns: MESHES, seed: SEED + 1 }).map(drawn => settled(drawn, '1.31'));
      for (const mesh of whole) {
        await imported(mesh, judge, run);
      }
      const mistakes = compilerMistakes(programs.slice(0, COMPILED));
      must(mistakes.length === 0, `programs that do not compile: ${mistakes.slice(0, 5).join('\n')}`);
      must(sum.equal > MESHES * 0.8, `only ${sum.equal} of ${MESHES} meshes came back whole`);
      return [
        `${MESHES} meshes: ${sum.equal} came back equal`,
        `${sum.listed} with differences that the report lists`,
        `${sum.refused} refused by the library at first`,
        `of ${whole.length} meshes with retirements and rules of the user no field of an object was lost in silence`,
        `${sum.objects} objects before and after, none refused by istiod`,
        `${Math.min(COMPILED, programs.length)} programs compile strictly, seed ${SEED}`,
      ].join(', ');
    } finally {
      judge.end();
    }
  },
};

/** Imports a mesh. One that the library refuses with good reason has no program. */
async function imported(mesh: MeshDeclaration, judge: LineProgram, run: ProofRun): Promise<Partial<RoundTrip> & {
  readonly listed: readonly string[]; readonly objects: number;
}> {
  const folder = mkdtempSync(join(run.folder, 'import-'));
  try {
    const result = roundTrip(mesh, folder);
    must(result.silent.length === 0, `${result.silent.join('\n')}\nof\n${programOf(mesh)}\nimported as\n${result.program}`);
    let objects = 0;
    for (const name of ['first', 'second']) {
      const answer: Answer = await judge.ask({ folder: join(folder, name) });
      must(answer.error === undefined, `the output cannot be judged: ${answer.error}`);
      must(answer.invalid.length === 0, `${name}: refused by istiod: ${answer.invalid.join('\n')}\nof\n${result.program}`);
      objects += answer.objects;
    }
    return { ...result, objects };
  } catch (error) {
    if (isMeshError(error)) {
      return { listed: [], objects: 0 };
    }
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
