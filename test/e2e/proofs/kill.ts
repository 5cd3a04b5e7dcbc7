import { spawn } from 'child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'fs';
import { join, relative } from 'path';
import { writeOutput } from '../../../src/output/folder-writer';
import type { OutputFiles } from '../../../src/output/output-files';
import { RECORD } from '../../../src/output/owned-files';
import { bigOutput } from '../big-output';
import { must, Proof } from '../proof';

const MOMENTS = Number(process.env.KILLS ?? 200);
const FOREIGN = { 'cluster-0/README.md': 'written by people', 'notes/todo.txt': 'also theirs' };

/**
 * A write of many files is killed with SIGKILL at many moments. No file is ever incomplete under its final name, foreign files stay
 * unchanged, and the next run writes the right folder.
 */
export const killProof: Proof = {
  name: 'kill',
  parts: [],
  show: async ({ folder }) => {
    const outputs: { readonly [variant: string]: OutputFiles } = { a: bigOutput('a'), b: bigOutput('b') };
    const texts = Object.values(outputs).map(output => new Map(output.entries()));
    const outdir = join(folder, 'dist');
    writeOutput(outdir, outputs.a);
    for (const [path, text] of Object.entries(FOREIGN)) {
      mkdirSync(join(outdir, path, '..'), { recursive: true });
      writeFileSync(join(outdir, path), text);
    }
    const whole = await writeAndKill(outdir, 'b', Infinity);
    must(whole.ended, 'a run that is not killed does not end');
    let hits = 0;
    let expected = 'b';
    for (let moment = 0; moment < MOMENTS; moment++) {
      const next = expected === 'a' ? 'b' : 'a';
      // The moments are distributed over the time of a whole write, in the same order in every run.
      const { ended } = await writeAndKill(outdir, next, whole.took * ((moment * 0.618034) % 1));
      const staged = readdirSync(outdir).some(name => name.startsWith('.mesh-lock'));
      hits += staged ? 1 : 0;
      must(!(ended && staged), 'a run that ended left its lock');
      checkFiles(outdir, texts);
      writeOutput(outdir, outputs[next]);
      checkFolder(outdir, outputs[next]);
      expected = next;
    }
    must(hits >= MOMENTS / 4, `only ${hits} of ${MOMENTS} kills hit a write, which is too few to show anything`);
    return `${MOMENTS} kills of a write of ${texts[0].size} files, ${hits} of them during the write: `
      + 'no incomplete file, no changed foreign file, and each next run writes the right folder';
  },
};

/** Starts a write in a process of its own, and kills the process `delay` milliseconds after the write began. */
function writeAndKill(outdir: string, variant: string, delay: number): Promise<{ ended: boolean; took: number }> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', join(__dirname, '..', 'kill-child.ts'), outdir, variant],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let began = 0;
    let ended = false;
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.includes('writing')) {
        began = performance.now();
        if (delay < Infinity) {
          setTimeout(() => child.kill('SIGKILL'), delay);
        }
      }
      ended ||= chunk.includes('done');
    });
    child.on('error', reject);
    child.on('close', () => {
      if (began === 0) {
        reject(new Error('the writing process did not print when it began'));
      } else {
        resolve({ ended, took: performance.now() - began });
      }
    });
  });
}

/** Throws unless every file is complete: that of one variant, a foreign file, or the record. */
function checkFiles(outdir: string, variants: ReadonlyMap<string, string>[]): void {
  for (const [path, text] of textsOf(outdir)) {
    if (path.startsWith('.mesh-lock')) {
      continue;
    }
    const isComplete = path === RECORD
      ? Array.isArray(JSON.parse(text).files)
      : variants.some(variant => variant.get(path) === text) || FOREIGN[path as keyof typeof FOREIGN] === text;
    must(isComplete, `${path} has neither the old nor the new content: ${text.slice(0, 80)}`);
  }
}

/** Throws unless the folder holds the declared files, the foreign files and no others. */
function checkFolder(outdir: string, output: OutputFiles): void {
  const expected = new Map([...output.entries(), ...Object.entries(FOREIGN)]);
  const texts = textsOf(outdir);
  texts.delete(RECORD);
  must(texts.size === expected.size, `${texts.size} files instead of ${expected.size}`);
  for (const [path, text] of expected) {
    must(texts.get(path) === text, `${path} does not have its declared content`);
  }
}

function textsOf(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  const files = entries.map(entry => join(entry.parentPath, entry.name));
  return new Map(files.map(file => [relative(folder, file), readFileSync(file, 'utf8')]));
}
