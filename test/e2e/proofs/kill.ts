import { spawn } from 'child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'fs';
import { join, relative } from 'path';
import { Output, writeOutput } from '../../../src/output/folder-writer';
import { RECORD } from '../../../src/output/owned-files';
import { bigOutput } from '../big-output';
import { must, Proof } from '../proof';

const MOMENTS = 200;
const FOREIGN = { 'cluster-0/README.md': 'written by people', 'notes/todo.txt': 'also theirs' };

/**
 * kill -9 at many moments of a big write: no file is ever half under its final name, foreign files are untouched, and
 * the next run ends in the right folder.
 */
export const killProof: Proof = {
  name: 'kill',
  parts: [],
  show: async ({ folder }) => {
    const outputs: { [variant: string]: Output } = { a: bigOutput('a'), b: bigOutput('b') };
    const outdir = join(folder, 'dist');
    writeOutput(outdir, outputs.a);
    for (const [path, text] of Object.entries(FOREIGN)) {
      mkdirSync(join(outdir, path, '..'), { recursive: true });
      writeFileSync(join(outdir, path), text);
    }
    const whole = await writeUntil(outdir, 'b', Infinity);
    must(whole.ended, 'a run that nobody kills does not end');
    let hits = 0;
    let expected = 'b';
    for (let moment = 0; moment < MOMENTS; moment++) {
      const next = expected === 'a' ? 'b' : 'a';
      // Moments are spread over the time that a whole write takes, in an order that is the same in every run.
      const { ended } = await writeUntil(outdir, next, whole.took * ((moment * 0.618034) % 1));
      const staged = readdirSync(outdir).some(name => name.startsWith('.mesh-staging-'));
      hits += staged ? 1 : 0;
      must(!(ended && staged), 'a run that ended left its staging folder');
      checkFiles(outdir, Object.values(outputs));
      writeOutput(outdir, outputs[next]);
      checkFolder(outdir, outputs[next]);
      expected = next;
    }
    must(hits >= MOMENTS / 4, `only ${hits} of ${MOMENTS} kills hit a write: aim better`);
    return `${MOMENTS} kills of a write of ${outputs.a.size} files, ${hits} of them in the middle of it: no half file, no foreign file touched, each next run right`;
  },
};

/** Starts a write in a process of its own and kills it so long after it began. */
function writeUntil(outdir: string, variant: string, delay: number): Promise<{ ended: boolean; took: number }> {
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
    child.on(
      'close',
      () => began === 0 ? reject(new Error('the writing process said nothing')) : resolve({ ended, took: performance.now() - began }),
    );
  });
}

/** Every file is whole: the one or the other variant's, or a foreign one, or the record. */
function checkFiles(outdir: string, variants: Output[]): void {
  for (const [path, text] of textsOf(outdir)) {
    if (path.startsWith('.mesh-staging-')) {
      continue;
    }
    const right = path === RECORD ? Array.isArray(JSON.parse(text).files)
      : variants.some(variant => variant.get(path) === text) || FOREIGN[path as keyof typeof FOREIGN] === text;
    must(right, `${path} holds neither what was there nor what was to be written: ${text.slice(0, 80)}`);
  }
}

/** The folder holds what was declared and what is foreign, and nothing else. */
function checkFolder(outdir: string, output: Output): void {
  const expected = new Map([...output, ...Object.entries(FOREIGN)]);
  const texts = textsOf(outdir);
  texts.delete(RECORD);
  must(texts.size === expected.size, `${texts.size} files where ${expected.size} belong`);
  for (const [path, text] of expected) {
    must(texts.get(path) === text, `${path} is not as declared`);
  }
}

function textsOf(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  const files = entries.map(entry => join(entry.parentPath, entry.name));
  return new Map(files.map(file => [relative(folder, file), readFileSync(file, 'utf8')]));
}
