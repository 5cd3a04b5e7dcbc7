import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'fs';
import { delimiter, join } from 'path';
import { CLEAN_ENVIRONMENT } from './environment';
import type { Origin } from './origin';
import { attempt, run } from '../process';

/** What a job did. */
export interface JobResult {
  readonly job: string;
  /** The step that failed; undefined where the job passed. */
  readonly failed?: string;
  /** What the steps printed. */
  readonly printed: string;
}

/** A call of a server that a program kept instead of making it. */
export interface KeptCall {
  readonly args: string[];
  readonly body: string;
}

/**
 * The folders of one run of a pipeline: one for each job, those of artifacts, and one with the programs `gh` and `curl`, which keep what
 * they are given. Everything else that a job calls is real.
 */
export class PipelineRun {
  private readonly folder: string;
  private readonly bin: string;

  public constructor(parent: string) {
    mkdirSync(parent, { recursive: true });
    this.folder = mkdtempSync(join(parent, 'run-'));
    this.bin = join(this.folder, 'bin');
    mkdirSync(this.bin);
    for (const program of ['gh', 'curl']) {
      const file = join(this.bin, program);
      // The body is the file that the arguments name.
      writeFileSync(file, [
        '#!/usr/bin/env node',
        "const { readFileSync, writeFileSync } = require('fs');",
        'const args = process.argv.slice(2);',
        "const file = args[args.indexOf('--body-file') + 1 || -1] ?? args.find(arg => arg.startsWith('body@')).slice(5);",
        `writeFileSync(${JSON.stringify(this.kept(program))}, JSON.stringify({ args, body: readFileSync(file, 'utf8') }));`,
        '',
      ].join('\n'));
      chmodSync(file, 0o755);
    }
  }

  /** The folder in which a job works. */
  public workspace(job: string): string {
    const folder = join(this.folder, 'jobs', job);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** The call that a program kept; undefined where nothing called it. */
  public call(program: 'gh' | 'curl'): KeptCall | undefined {
    return existsSync(this.kept(program)) ? JSON.parse(readFileSync(this.kept(program), 'utf8')) : undefined;
  }

  /** Checks a commit out as runners do: fetched into a new repository, with as many commits as asked for; 0 for all. */
  public async checkout(job: string, origin: Origin, commit: string, depth: number): Promise<void> {
    const cwd = this.workspace(job);
    const git = (...args: string[]) => run('git', args, { cwd, env: CLEAN_ENVIRONMENT });
    await git('init', '--quiet');
    await git('remote', 'add', 'origin', origin.url);
    await git('fetch', '--quiet', ...depth > 0 ? ['--depth', String(depth)] : [], 'origin', commit);
    await git('checkout', '--quiet', '--detach', 'FETCH_HEAD');
  }

  /** Runs a script by bash, with its options. */
  public async script(job: string, options: string[], script: string, variables: { [name: string]: string }) {
    const file = join(this.folder, `${job}.sh`);
    writeFileSync(file, script);
    const env = { ...CLEAN_ENVIRONMENT, PATH: `${this.bin}${delimiter}${CLEAN_ENVIRONMENT.PATH}`, CI: 'true', ...variables };
    const { code, stdout, stderr } = await attempt('bash', [...options, file], { env, cwd: this.workspace(job), seconds: 300 });
    return { code, printed: stdout + stderr };
  }

  public keepArtifact(name: string, job: string, path: string): void {
    const file = join(this.workspace(job), path);
    if (existsSync(file)) {
      cpSync(file, join(this.artifact(name), path));
    }
  }

  public fetchArtifact(name: string, job: string): void {
    readdirSync(this.artifact(name)).forEach(file => cpSync(join(this.artifact(name), file), join(this.workspace(job), file)));
  }

  private artifact(name: string): string {
    const folder = join(this.folder, 'artifacts', name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  private kept(program: string): string {
    return join(this.folder, `${program}.json`);
  }
}
