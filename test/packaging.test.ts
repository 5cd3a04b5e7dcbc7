import { execFileSync } from 'child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'fs';
import { dirname, join } from 'path';
import { temporaryFolder } from './temporary-folder';
import { bundles, Bundles, ROOT } from '../packaging/bundles';
import { LICENSES, licensesOf } from '../packaging/licenses';
import { LIMITS } from '../packaging/size';
import * as library from '../src';

describe('bundles', () => {
  let made: Bundles;
  beforeAll(async () => {
    made = await bundles();
  });
  const textOf = (path: string) => made.files.find(file => file.path === path)!.text;
  /** The names in calls of `require`, in quotes of either kind, without those of the bundle itself. */
  const required = (text: string) => [...text.matchAll(/\brequire\("([^."][^"]*)"\)/g)].map(([, name]) => name);

  test('the list of third-party licences is that of the code that is bundled: npm run compile writes it', () => {
    expect(readFileSync(join(ROOT, LICENSES), 'utf8')).toBe(licensesOf(made.packages));
  });

  test('the library requires no package that is not bundled, but cdk8s and constructs', () => {
    const packages = new Set(made.files.flatMap(({ text }) => required(text)));
    const builtin = (name: string) => name.startsWith('node:') || process.getBuiltinModule(name) !== undefined;
    expect([...packages].filter(name => !builtin(name)).sort()).toEqual(['cdk8s', 'constructs']);
  });

  test('the command loads cdk8s for import alone, and other packages for the commands that need them', () => {
    expect(required(textOf('command.js'))).not.toContain('cdk8s');
    expect(textOf('command.js').length).toBeLessThan(40_000);
    // In this folder nothing finds cdk8s.
    const folder = temporaryFolder('bundles');
    made.files.forEach(({ path, text }) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    });
    const program = `
      const failed = Object.entries(require('./command-actions.js')).filter(([, load]) => {
        try { load(); } catch (error) { return error.code === 'MODULE_NOT_FOUND'; }
      });
      console.log(failed.map(([path]) => path).join());`;
    expect(execFileSync(process.execPath, ['-e', program], { cwd: folder, encoding: 'utf8' }).trim()).toBe('src/cli/import/import.ts');
  });

  test('a module of ECMAScript can import each public name', () => {
    const [names] = textOf('index.js').match(/(?<=0&&\(module\.exports=\{)[^}]*/)!;
    expect(names.split(/[,\s]+/).sort()).toEqual(Object.keys(library).sort());
  });

  test('public classes keep their names, which messages print', () => {
    const classes = Object.entries(library).filter(([, value]) => typeof value === 'function').map(([name]) => name);
    expect(classes.filter(name => !textOf('index.js').includes(`${name}:()=>${name}`))).toEqual([]);
  });

  test('the bundles leave room for declarations in the limits of the package', () => {
    const sizes = made.files.map(({ path, text }) => ({ own: !path.startsWith('third-party/'), size: Buffer.byteLength(text) }));
    const sum = (some: typeof sizes) => some.reduce((total, { size }) => total + size, 0);
    expect(sum(sizes.filter(({ own }) => own))).toBeLessThan(LIMITS.own - 500_000);
    expect(sum(sizes)).toBeLessThan(LIMITS.all - 1_000_000);
  });
});

test('a licence that asks for more than its text is refused', () => {
  expect(() => licensesOf(['test/packaging/gpl'])).toThrow('expected 0BSD, Apache-2.0');
});
