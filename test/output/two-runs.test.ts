import { ChildProcess, spawn } from 'child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'fs';
import { dirname, join, relative } from 'path';
import { createInterface } from 'readline';
import { filesOf } from './writing-child';
import { writeOutput } from '../../src/output/folder-writer';
import { LockOwner } from '../../src/output/lock-owner';
import { OutputFiles } from '../../src/output/output-files';
import { RECORD } from '../../src/output/owned-files';
import { temporaryFolder } from '../temporary-folder';

const TSX = join(dirname(require.resolve('tsx/package.json')), 'dist', 'cli.mjs');
const ROUNDS = 60;

/** Paths and texts of the files of a folder, without the record and .gitignore. */
function textsOf(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name)).filter(path => ![RECORD, '.gitignore'].includes(relative(folder, path)));
  return new Map(files.map(path => [relative(folder, path), readFileSync(path, 'utf8')]));
}

/** A process that writes the folder for each run that it is told, and tells how that ended. */
class Writer {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;

  public constructor(folder: string, secrets: string) {
    const args = [TSX, join(__dirname, 'writing-child.ts'), folder, secrets];
    this.child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.lines = createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]();
  }

  /** Returns the next line that the process prints. */
  public async line(): Promise<string> {
    return (await this.lines.next()).value;
  }

  public async write(run: string): Promise<string> {
    this.child.stdin!.write(`${run}\n`);
    return this.line();
  }

  public end(): void {
    this.child.stdin!.end();
  }
}

describe('two runs that write one folder at once', () => {
  test('each write it whole or are refused, and the folder and its secrets are of one run', async () => {
    const folder = join(temporaryFolder('two-runs'), 'dist');
    const secrets = join(folder, '..', 'secrets');
    const writers = [1, 2].map(() => new Writer(folder, secrets));
    try {
      await Promise.all(writers.map(writer => writer.line()));
      const results: string[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const runs = [`${2 * round}`, `${2 * round + 1}`];
        const outcomes = await Promise.all(writers.map((writer, i) => writer.write(runs[i])));
        results.push(...outcomes);
        const [texts, secretTexts] = [folder, secrets].map(textsOf);
        expect(runs.filter((_, i) => outcomes[i] === 'written').map(filesOf)).toContainEqual(texts);
        expect(secretTexts).toEqual(texts);
        expect([folder, secrets].flatMap(path => readdirSync(path)).filter(name => name.startsWith('.mesh'))).toEqual([]);
      }
      expect(results.filter(result => !['written', 'MESH054'].includes(result))).toEqual([]);
    } finally {
      writers.forEach(writer => writer.end());
    }
  });
});

describe('the lock of an output folder', () => {
  let folder: string;
  let lock: string;
  const write = (files: { [path: string]: string }) => () => writeOutput(folder, OutputFiles.of(Object.entries(files)));
  const owners = {
    running: LockOwner.self().name,
    ended: LockOwner.self().name.replace(/^\d+/, '4194303'),
    restarted: LockOwner.self().name.replace(/^(\d+-\d+)-\d*/, '$1-1'),
    elsewhere: LockOwner.self().name.replace(/[^-]*$/, 'elsewhere'),
    container: LockOwner.self().name.replace(/-\d*-([^-]*)$/, '-1-$1'),
  };
  /** Puts the lock of an owner into the folder, which last wrote some minutes ago. */
  const lockBy = (owner: string, minutes = 0) => {
    const own = join(lock, owner);
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, 'file'), 'half');
    const time = new Date(statSync(own).mtimeMs - minutes * 60_000);
    utimesSync(own, time, time);
  };

  beforeEach(() => {
    folder = join(temporaryFolder('lock'), 'dist');
    lock = join(folder, '.mesh-lock');
  });

  test.each([
    ['of a process that runs', owners.running, 0],
    ['of a process that runs and last wrote an hour ago', owners.running, 60],
    ['of another host that wrote a moment ago', owners.elsewhere, 1],
    ['of another container that wrote a moment ago', owners.container, 1],
  ])('%s refuses a run, which changes nothing', (_, owner, minutes) => {
    write({ 'c/a.yaml': '1' })();
    lockBy(owner, minutes);
    expect(write({ 'c/a.yaml': '2' })).toThrow(
      expect.objectContaining({ code: 'MESH054', message: expect.stringMatching(/process \d+ on host .*remove the lock/) }),
    );
    expect([readFileSync(join(folder, 'c/a.yaml'), 'utf8'), readdirSync(lock)]).toEqual(['1', [owner]]);
    expect(readdirSync(folder).sort()).toEqual(['.mesh-lock', 'c', RECORD]);
  });

  test.each([
    ['of a process that ended', owners.ended, 0],
    ['of an earlier process with the number of this one', owners.restarted, 0],
    ['of another host that last wrote ten minutes ago', owners.elsewhere, 10],
    ['of another container that last wrote ten minutes ago', owners.container, 10],
  ])('%s is taken over', (_, owner, minutes) => {
    lockBy(owner, minutes);
    write({ 'c/a.yaml': '1' })();
    expect(readdirSync(folder).sort()).toEqual(['c', RECORD]);
  });

  test('that a killed run left is removed by a run that changes no file', () => {
    write({ 'c/a.yaml': '1' })();
    lockBy(owners.ended);
    mkdirSync(join(folder, `.mesh-lock.${owners.ended}`, owners.ended), { recursive: true });
    expect(write({ 'c/a.yaml': '1' })()).toEqual({ written: new Map(), removed: [] });
    expect(readdirSync(folder).sort()).toEqual(['c', RECORD]);
  });

  test('that is a file or holds something else is never removed', () => {
    mkdirSync(lock, { recursive: true });
    writeFileSync(join(lock, 'notes.txt'), 'mine');
    expect(write({ 'c/a.yaml': '1' })).toThrow(/MESH054 .*notes\.txt/);
    expect(readFileSync(join(lock, 'notes.txt'), 'utf8')).toBe('mine');
  });

  test('is not taken by a run that changes nothing, so the folder may be read-only', () => {
    write({ 'c/a.yaml': '1' })();
    const long = new Date('2001-01-01');
    utimesSync(folder, long, long);
    write({ 'c/a.yaml': '1' })();
    expect(statSync(folder).mtime).toEqual(long);
  });
});
