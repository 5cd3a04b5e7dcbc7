import { readFileSync } from 'fs';
import { builtinModules } from 'module';
import { join, relative } from 'path';
import { build, BuildOptions, ImportKind, Metafile, Plugin } from 'esbuild';

/** The folder of the project. */
export const ROOT = join(__dirname, '..');

/** The folder of the bundles within the project. */
export const BUNDLES = 'lib/bundle';

/** jsii modules, of which a program has one copy. */
const PEERS = ['cdk8s', 'constructs'];

/** Data that few programs need, which therefore is a file of its own. */
const SCHEMAS = 'override-schemas';

/** File with the modules that the command requires when it runs one of its commands, so that help and arguments do not wait for them. */
const ACTIONS = 'command-actions';

/**
 * The public surface. The compiler of jsii marks classes with their names, which tools read, such as those that list the constructs of a
 * tree. The bundle is made of the sources, so that the modules become one scope, which starts faster; the marks are made here.
 */
const LIBRARY = `
  import * as library from './src/index';
  export * from './src/index';
  import { name, version } from './package.json';
  for (const [type, value] of Object.entries(library).filter(([, value]) => typeof value === 'function' && value.prototype)) {
    Object.defineProperty(value, Symbol.for('jsii.rtti'), { value: { version, fqn: name + '.' + type } });
  }
`;

/** A file of the bundles. */
export interface BundledFile {
  /** Path within the folder of the bundles. */
  readonly path: string;
  readonly text: string;
}

/** What bundling made. */
export interface Bundles {
  readonly files: BundledFile[];
  /** Folders of the packages of which at least one file is bundled, such as `node_modules/yaml`, sorted. */
  readonly packages: string[];
}

/** A package that a bundle loads. A package that is imported at run time has ES modules alone. */
interface Loaded {
  readonly name: string;
  readonly kind: ImportKind;
}

/** Settings of all bundles. Names and some line breaks stay, so that stacks can be read. */
const OPTIONS: BuildOptions & { readonly metafile: true; readonly write: false } = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  minifyWhitespace: true,
  lineLimit: 120,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  write: false,
};

/**
 * Makes one file of the library, one of the command, and one of each package that they use. The files of packages are apart, so that
 * both bundles share them, and so that they are read when they are needed.
 */
export async function bundles(): Promise<Bundles> {
  const loaded = new Map<string, Loaded>();
  const files: BundledFile[] = [];
  const packages = new Set<string>();
  const add = async (path: string, contents: string, plugins: Plugin[]) => {
    const { outputFiles, metafile, warnings } = await build({ ...OPTIONS, stdin: { contents, resolveDir: ROOT }, plugins });
    if (warnings.length > 0) {
      throw new Error(`${path}: ${warnings.map(({ text }) => text).join('; ')}`);
    }
    files.push({ path, text: outputFiles[0].text });
    packagesIn(metafile).forEach(folder => packages.add(folder));
  };
  const actions = new Set<string>();
  await add('index.js', LIBRARY, [apart(loaded)]);
  await add('command.js', 'export { main } from \'./src/cli/main\'', [later(actions), library(), apart(loaded)]);
  const each = [...actions].map(path => `'${path}': () => require('./${path}')`);
  await add(`${ACTIONS}.js`, `module.exports = {${each.join(', ')}}`, [library(), apart(loaded)]);
  await add(`${SCHEMAS}.js`, `export { OVERRIDE_SCHEMAS } from './imports/${SCHEMAS}'`, []);
  for (const { name, kind } of loaded.values()) {
    await add(`${fileOf(name)}.js`, kind === 'dynamic-import' ? `export * from '${name}'` : `module.exports = require('${name}')`, []);
  }
  return { files, packages: [...packages].sort() };
}

/** Replaces modules that are required within a function by those of the file of actions. */
function later(actions: Set<string>): Plugin {
  return {
    name: 'later',
    setup: ({ onLoad, onResolve, resolve }) => {
      onResolve({ filter: /^\./ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
        if (pluginData === 'later' || kind !== 'require-call' || !isWithinFunction(path, importer)) {
          return undefined;
        }
        const found = await resolve(path, { importer, resolveDir, kind, pluginData: 'later' });
        const module = relative(ROOT, found.path);
        actions.add(module);
        return { path: module, namespace: 'later' };
      });
      onResolve({ filter: /^later$/, namespace: 'later' }, () => ({ path: `./${ACTIONS}.js`, external: true }));
      onLoad({ filter: /.*/, namespace: 'later' }, ({ path }) => (
        { contents: `module.exports = require('later')['${path}']()` }
      ));
    },
  };
}

/** Whether a call that requires a module is indented. Those of import statements are not. */
function isWithinFunction(path: string, importer: string): boolean {
  const lines = readFileSync(importer, 'utf8').split('\n');
  return lines.some(line => /^\s/.test(line) && /require\(['"]([^'"]+)['"]\)/.exec(line)?.[1] === path);
}

/** Leaves the library out of a bundle, which then loads that of programs. */
function library(): Plugin {
  return {
    name: 'library',
    setup: ({ onResolve }) => {
      onResolve({ filter: /^(\.\.\/)+index$/ }, () => ({ path: './index.js', external: true }));
    },
  };
}

/** Leaves packages and schemas out of a bundle, which then loads them from files of their own. */
function apart(loaded: Map<string, Loaded>): Plugin {
  return {
    name: 'apart',
    setup: ({ onResolve }) => {
      onResolve({ filter: /^[^.]/ }, ({ path, kind }) => {
        if (kind === 'entry-point' || PEERS.includes(path) || builtinModules.includes(path.replace(/^node:/, ''))) {
          return kind === 'entry-point' ? undefined : { path, external: true };
        }
        loaded.set(path, { name: path, kind });
        return { path: `./${fileOf(path)}.js`, external: true };
      });
      onResolve({ filter: new RegExp(`/${SCHEMAS}$`) }, () => ({ path: `./${SCHEMAS}.js`, external: true }));
    },
  };
}

/** File of a package, without its ending. */
function fileOf(name: string): string {
  return `third-party/${name.replace('@', '').replace('/', '-')}`;
}

function packagesIn({ inputs }: Metafile): string[] {
  return Object.keys(inputs).flatMap(path => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/) ?? []);
}
