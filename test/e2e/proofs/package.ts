import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { LIMITS, packedSize, sizeText } from '../../../packaging/size';
import { programOfReadme } from '../../readme';
import { differences, nodeTool, onlyFile, packagedFor, ROOT, USER_ENVIRONMENT } from '../package/built';
import { deliverIn } from '../package/deliveries';
import { run as runIn, RunOptions } from '../process';
import { must, Proof } from '../proof';

const EXAMPLES = ['guide', 'replicated', 'guide-1.5', 'one-service', 'three-clusters'];
const TSX = require.resolve('tsx/cli');
const { peerDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** Packages beside ours that a project installs, for the newest versions and for the oldest ones that ours permits. */
const NEWEST = ['cdk8s', 'constructs'];
const OLDEST = NEWEST.map(name => `${name}@${peerDependencies[name].replace('^', '')}`);

/** Runs a program as a user does. */
function run(program: string, args: string[], options: RunOptions): Promise<string> {
  return runIn(program, args, { env: USER_ENVIRONMENT, seconds: 600, ...options });
}

/** The tarball for npm, in projects of users, does what the sources do. */
export const packageProof: Proof = {
  name: 'package',
  parts: [],
  tools: [['openssl', 'version'], ['npm', '--version']],
  async show({ folder, say }) {
    const tarball = onlyFile(await packagedFor('js', say), '.tgz');
    const size = packedSize();
    must(size.own <= LIMITS.own && size.all <= LIMITS.all, sizeText(size));
    await lint(tarball, say);
    const place = new Place(folder, tarball, say);
    await place.expectProgram();
    const npm = await place.npm('npm', NEWEST);
    await place.runs(npm, 'npx', ['tsx', 'main.ts']);
    await run('npx', ['tsc', '--noEmit', '--types', 'node', 'main.ts'], { cwd: npm });
    await place.runs(npm, 'node', ['main.cjs']);
    await place.runs(npm, 'node', ['main.mjs']);
    const deliveries = await deliverIn(npm);
    await place.pnpm();
    await place.yarn();
    await place.globally();
    await place.examples(npm);
    await place.examples(await place.npm('oldest', OLDEST));
    const typescript = (await run('npx', ['tsc', '--version'], { cwd: npm })).trim().replace('Version', 'TypeScript');
    return [
      sizeText(size),
      'publint and attw have no complaints',
      `README's program writes the files of the sources from CommonJS, ES modules and ${typescript}, installed by npm, pnpm and Yarn PnP`,
      `istio-mesh ca and ${deliveries} deliveries`,
      'istio-mesh check, diff, graph and import of a global installation',
      `${EXAMPLES.length} examples with ${OLDEST.join(', ')} and with the newest ${NEWEST.join(', ')}`,
    ].join('; ');
  },
};

async function lint(tarball: string, say: (line: string) => void): Promise<void> {
  const found = await run(await nodeTool('publint', say), ['--strict', '--level', 'suggestion', tarball], {});
  must(!/Suggestions|Warnings|Errors/.test(found), `publint finds:\n${found}`);
  await run(await nodeTool('attw', say), ['--no-emoji', '--no-color', tarball], {});
}

/** Projects of users, in folders of their own. */
class Place {
  private readonly expected: string;

  public constructor(
    private readonly folder: string, private readonly tarball: string, private readonly say: (line: string) => void,
  ) {
    this.expected = join(folder, 'expected');
  }

  /** Runs README's program by the sources, as the pattern. */
  public async expectProgram(): Promise<void> {
    this.write(this.expected);
    await run(process.execPath, [TSX, '--tsconfig', join(ROOT, 'examples', 'tsconfig.json'), 'main.ts'], { cwd: this.expected });
  }

  /** A project that has the package by README's commands, with these packages beside it. */
  public async npm(name: string, packages: string[]): Promise<string> {
    const project = this.project(name);
    const quiet = ['--silent', '--no-audit', '--no-fund'];
    const install = (...args: string[]) => run('npm', ['install', ...quiet, ...args], { cwd: project });
    await install(this.tarball, ...packages);
    await install('-D', 'tsx', 'typescript', '@types/node');
    return project;
  }

  public async pnpm(): Promise<void> {
    const project = this.project('pnpm');
    const pnpm = await nodeTool('pnpm', this.say);
    await run(pnpm, ['add', '--silent', '--store-dir', join(this.folder, 'store'), this.tarball, ...NEWEST], { cwd: project });
    await this.runs(project, 'node', ['main.cjs']);
    await this.runs(project, 'node', ['main.mjs']);
    await run(pnpm, ['exec', 'istio-mesh', 'check', 'dist'], { cwd: project });
  }

  /** Installs the command for all projects, as `npm install --global` does, and runs each command that needs cdk8s, and others. */
  public async globally(): Promise<void> {
    const dist = join(this.expected, 'dist');
    const prefix = join(this.folder, 'global');
    await run('npm', ['install', '--silent', '--global', '--prefix', prefix, this.tarball], {});
    const command = (...args: string[]) => run(join(prefix, 'bin', 'istio-mesh'), args, { cwd: this.folder });
    await command('check', dist);
    await command('diff', dist, '--against', dist);
    await command('graph', dist, '-o', 'html');
    const program = await command('import', dist);
    must(/\.importService\(httpbin, \{ namespace: 'foo'/.test(program), `import writes ${program}`);
  }

  public async yarn(): Promise<void> {
    const project = this.project('yarn');
    const yarn = await nodeTool('yarn', this.say);
    // Without the cache of the machine, and with versions of today, which Yarn would wait for.
    const settings = {
      YARN_NODE_LINKER: 'pnp', YARN_PNP_ENABLE_ESM_LOADER: 'true', YARN_ENABLE_GLOBAL_CACHE: 'false', YARN_NPM_MINIMAL_AGE_GATE: '0',
    };
    const env = { ...USER_ENVIRONMENT, ...settings, CI: '' };
    writeFileSync(join(project, 'yarn.lock'), '');
    await run(yarn, ['add', `cdk8s-istio-multicluster@file:${this.tarball}`, ...NEWEST], { cwd: project, env });
    await this.runs(project, yarn, ['node', 'main.cjs'], env);
    await this.runs(project, yarn, ['node', 'main.mjs'], env);
    await run(yarn, ['istio-mesh', 'check', 'dist'], { cwd: project, env });
  }

  /** Runs all examples in a project that has the package, and checks the types of the guide as its README says. */
  public async examples(project: string): Promise<void> {
    for (const name of EXAMPLES) {
      const [source, copy] = [ROOT, project].map(folder => join(folder, 'examples', name));
      cpSync(source, copy, { recursive: true, filter: path => !/\/dist$|\.test\.ts$/.test(path) });
      const [wanted, found] = ['wanted', 'found'].map(output => join(this.folder, output, name));
      await run(process.execPath, [TSX, 'main.ts'], { cwd: source, env: { ...USER_ENVIRONMENT, CDK8S_OUTDIR: wanted } });
      await run('npx', ['tsx', 'main.ts'], { cwd: copy, env: { ...USER_ENVIRONMENT, CDK8S_OUTDIR: found } });
      same(found, wanted, `examples/${name} in ${project}`);
    }
    await run('npx', ['tsc', '--noEmit'], { cwd: join(project, 'examples', 'guide') });
  }

  /** Runs README's program, and compares what it writes with the pattern. */
  public async runs(project: string, program: string, args: string[], env = USER_ENVIRONMENT): Promise<void> {
    this.say(`${[program.split('/').pop(), ...args].join(' ')} in ${project}`);
    await run('rm', ['-rf', 'dist'], { cwd: project });
    await run(program, args, { cwd: project, env });
    same(join(project, 'dist'), join(this.expected, 'dist'), `${args.join(' ')} in ${project}`);
  }

  /** Makes a folder with README's program and a package.json. */
  private project(name: string): string {
    const project = join(this.folder, name);
    this.write(project);
    writeFileSync(join(project, 'package.json'), JSON.stringify({ name, private: true }));
    return project;
  }

  private write(project: string): void {
    mkdirSync(project, { recursive: true });
    const program = programOfReadme('The program');
    const javascript = (module: ModuleKind) => {
      return transpileModule(program, { compilerOptions: { module, target: ScriptTarget.ES2022 } }).outputText;
    };
    writeFileSync(join(project, 'main.ts'), program);
    writeFileSync(join(project, 'main.cjs'), javascript(ModuleKind.CommonJS));
    writeFileSync(join(project, 'main.mjs'), javascript(ModuleKind.ES2022));
  }
}

function same(found: string, wanted: string, what: string): void {
  const different = differences(found, wanted);
  must(different.length === 0, `${what} writes other files than the sources: ${different.join(', ')}`);
}
