import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'fs';
import { join, relative } from 'path';
import { cached } from '../parts';
import { run } from '../process';
import { must } from '../proof';

/** The folder of the project. */
export const ROOT = join(__dirname, '..', '..', '..');

/** The environment of a user, without what npm and tsx tell the programs that they run. */
export const USER_ENVIRONMENT: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|TSX_|NODE_OPTIONS$|INIT_CWD$)/.test(name)),
);

/** Where `npm run package-all` puts the packages. */
const DIST = join(ROOT, 'dist');

/** Whether `dist/` holds the packages to prove already, as in a release. Otherwise a run of proofs builds them. */
const IS_BUILT = process.env.PACKAGED === '1';

let compiled: Promise<unknown> | undefined;

/** Languages that this run has packed for. Proofs run one after another. */
const packed = new Set<string>();

/** Compiles the package, once in a run of proofs. */
function compile(say: (line: string) => void): Promise<unknown> {
  say('compiling the package');
  compiled ??= run('npm', ['run', 'compile'], { cwd: ROOT, seconds: 1200 });
  return compiled;
}

/**
 * Returns the folder of the package for a language, in `dist/` within the project, as it is by default: so the proofs also show that no
 * package contains another.
 */
export async function packagedFor(language: 'js' | 'python' | 'java', say: (line: string) => void): Promise<string> {
  if (!IS_BUILT && !packed.has(language)) {
    await compile(say);
    say(`packing for ${language}`);
    rmSync(join(DIST, language), { recursive: true, force: true });
    await run('npm', ['run', `package:${language}`], { cwd: ROOT, seconds: 1800 });
    packed.add(language);
  }
  return join(DIST, language);
}

/** The only file below a folder whose name ends so. */
export function onlyFile(folder: string, ending: string, accepts: (name: string) => boolean = () => true): string {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith(ending) && accepts(name));
  must(found.length === 1, `${folder} has ${found.length} files ${ending}: ${found.join(', ')}`);
  return join(folder, found[0]);
}

/** The path of a tool that tools.json pins, such as `publint`. The tools are installed once. */
export async function nodeTool(name: string, say: (line: string) => void): Promise<string> {
  const manifest = join(__dirname, 'tools.json');
  const folder = await cached('node-tools', readFileSync(manifest, 'utf8'), async unfinished => {
    say('installing the tools of tools.json');
    cpSync(manifest, join(unfinished, 'package.json'));
    await run('npm', ['install', '--silent', '--no-audit', '--no-fund'], { cwd: unfinished, seconds: 600 });
  });
  return join(folder, 'node_modules', '.bin', name);
}

/** The text of each file below a folder, by its path. */
export function textsBelow(folder: string): Map<string, string> {
  if (!existsSync(folder)) {
    return new Map();
  }
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return new Map(paths.map(path => [relative(folder, path), readFileSync(path, 'utf8')]));
}

/** The paths of files that two folders do not have in common, byte for byte, or what is missing altogether. */
export function differences(folder: string, expected: string): string[] {
  const [found, wanted] = [folder, expected].map(textsBelow);
  const paths = [...new Set([...found.keys(), ...wanted.keys()])];
  return wanted.size === 0 ? [`no files in ${expected}`] : paths.filter(path => found.get(path) !== wanted.get(path));
}
