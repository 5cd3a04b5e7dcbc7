import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { dirname, join } from 'path';
import { MeshApp } from '../../src';
import { main } from '../../src/cli/main';
import { temporaryFolder } from '../temporary-folder';

const synthesized = new Map<unknown, string>();

/** What a run of `istio-mesh` printed. The path of the folder reads `dist`. */
export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A copy of the output folder of a program, which a test edits as a person would. */
export class WrittenFolder {
  /** The folder that a program writes. A program runs once for each file of tests. */
  public static of(program: (app: MeshApp) => unknown): WrittenFolder {
    const master = synthesized.get(program) ?? synthesize(program);
    synthesized.set(program, master);
    const folder = temporaryFolder('written');
    cpSync(master, join(folder, 'dist'), { recursive: true });
    return new WrittenFolder(folder);
  }

  private constructor(public readonly parent: string) {}

  /** Path of the output folder. */
  public get path(): string {
    return join(this.parent, 'dist');
  }

  /** Path of a file or folder beside the output folder. */
  public beside(name: string): string {
    return join(this.parent, name);
  }

  public read(file: string): string {
    return readFileSync(join(this.path, file), 'utf8');
  }

  /** Replaces a text that must be there. */
  public edit(file: string, from: string | RegExp, to: string): this {
    const before = this.read(file);
    const after = before.replace(from, to);
    if (before === after) {
      throw new Error(`${file} does not hold ${from}`);
    }
    return this.write(file, after);
  }

  public write(file: string, text: string): this {
    mkdirSync(dirname(join(this.path, file)), { recursive: true });
    writeFileSync(join(this.path, file), text);
    return this;
  }

  /** Removes a file, and its line of the listing as a synth would. */
  public remove(file: string): this {
    if (!existsSync(join(this.path, file))) {
      throw new Error(`no file ${file}`);
    }
    rmSync(join(this.path, file));
    return this;
  }

  /** Runs `istio-mesh`. In the arguments, `dist` stands for the path of the folder, and `beside/` for its parent. */
  public async run(...args: string[]): Promise<Run> {
    const paths = args.map(
      arg => arg.replace(/^([a-z0-9-]+=)?dist\b/, `$1${this.path}`).replace(/^([a-z0-9-]+=)?beside\//, `$1${this.parent}/`),
    );
    const { code, out, err } = await runMain(paths);
    const shorter = (text: string) => text.replaceAll(this.path, 'dist').replaceAll(this.parent, 'beside');
    return { code, out: shorter(out), err: shorter(err) };
  }
}

/** Runs `istio-mesh`, and returns what it prints. */
export async function runMain(args: string[]): Promise<Run> {
  const [out, err]: string[][] = [[], []];
  const spies = [
    jest.spyOn(console, 'log').mockImplementation((text: unknown) => {
      out.push(`${String(text)}\n`);
    }),
    jest.spyOn(console, 'error').mockImplementation((text: unknown) => {
      err.push(`${String(text)}\n`);
    }),
    jest.spyOn(process.stdout, 'write').mockImplementation(text => out.push(String(text)) > 0),
    jest.spyOn(process.stderr, 'write').mockImplementation(text => err.push(String(text)) > 0),
  ];
  try {
    return { code: await main(args), out: out.join(''), err: err.join('') };
  } finally {
    spies.forEach(spy => spy.mockRestore());
  }
}

function synthesize(program: (app: MeshApp) => unknown): string {
  const outdir = temporaryFolder('program');
  const warnings = jest.spyOn(console, 'warn').mockImplementation();
  try {
    const app = new MeshApp({ outdir });
    program(app);
    app.synth();
    return outdir;
  } finally {
    warnings.mockRestore();
  }
}

