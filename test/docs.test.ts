import { execFileSync } from 'child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'fs';
import { dirname, join, relative } from 'path';
import * as ts from 'typescript';
import * as yaml from 'yaml';
import { commandsOf, firstLine, NOT_RUN, RUN_BLOCKS, ShellBlock, shellBlocks } from './doc-blocks';
import { fakeNpx } from './fake-npx';
import * as library from '../src';
import { temporaryFolder } from './temporary-folder';

const ROOT = join(__dirname, '..');
const CODES = Object.values(library.MeshErrorCode);

/** Files below a folder whose names end so, by their path within the project; all of them, or those in the folder itself. */
function filesIn(folder: string, ending: string, recursive = true): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive })
    .filter(entry => entry.isFile() && entry.name.endsWith(ending))
    .map(entry => relative(ROOT, join(entry.parentPath, entry.name)));
}

function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

const PAGES = filesIn('docs', '.md');
const DOCUMENTS = [
  ...filesIn('.', '.md', false),
  ...PAGES,
  ...filesIn('examples', '.md'),
  ...filesIn('.github', '.md'),
  'test/e2e/README.md',
  'site/README.md',
].sort();

/** The text of a document without its code blocks, whose "#" and "](" mean something else. */
function prose(path: string): string {
  return textOf(path).replace(/^```[\s\S]*?^```$/gm, '');
}

/** The code blocks of a text in a language. */
function blocks(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, code]) => code);
}

/** The anchors of a document's headings, as GitHub makes them. */
function anchors(path: string): Set<string> {
  const found = new Set<string>();
  for (const [, heading] of prose(path).matchAll(/^#{1,6} (.+)$/gm)) {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = words.replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-');
    let unique = slug;
    for (let n = 1; found.has(unique); n++) {
      unique = `${slug}-${n}`;
    }
    found.add(unique);
  }
  return found;
}

/** A link within the project. */
interface Link {
  readonly text: string;
  /** The path of the target within the project. */
  readonly target: string;
  readonly anchor?: string;
}

/** README.md is shown on npm and PyPI too, so its links are absolute. It names them, and has their addresses at its end. */
const NAMED = /^\[([\w-]+)\]: (\S+)$/gm;
const REPOSITORY = /^https:\/\/github\.com\/cdk8s-istio-multicluster\/cdk8s-istio-multicluster\/(?:blob|tree)\/main\//;

function linksOf(path: string): Link[] {
  const text = prose(path).replace(NAMED, (_, name, address) => `[${name}](${address.replace(REPOSITORY, '')})`);
  return [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].map(([link, file, anchor]) => ({
    text: link, anchor, target: file === '' ? path : relative(ROOT, join(ROOT, dirname(path), file)),
  }));
}

function isBroken({ target, anchor }: Link): boolean {
  if (!existsSync(join(ROOT, target))) {
    return true;
  }
  return anchor !== undefined && !anchors(target).has(anchor);
}

describe('error codes', () => {
  const page = join('docs', 'reference', 'error-codes.md');
  const sections = textOf(page).split(/^## /m).slice(1);

  test('each has a section with its cause, an example and the fix, in order', () => {
    expect(sections.map(section => section.slice(0, 7))).toEqual([...CODES].sort());
    expect(sections.filter(section => !/\*\*Cause\.\*\*[\s\S]*\*\*Example\.\*\*[\s\S]*\*\*Fix\.\*\*/.test(section))).toEqual([]);
  });

  test('each has a row in the table, with the words of its heading', () => {
    const rows = [...textOf(page).matchAll(/^\| \[(MESH\d{3})\]\(#[^)]*\) \| (.+) \|$/gm)]
      .map(([, code, subject]) => `${code}: ${subject}`);
    expect(rows).toEqual(sections.map(section => section.split('\n')[0]));
  });

  test('each is triggered by a test', () => {
    const text = filesIn('test', '.ts').filter(path => !path.startsWith('test/e2e/')).map(textOf).join('\n');
    expect(CODES.filter(code => !text.includes(code))).toEqual([]);
  });
});

test('a docstring has one @throws with all codes: jsii keeps the last one alone', () => {
  const docstringsOf = (path: string) => [...textOf(path).matchAll(/\/\*\*[\s\S]*?\*\//g)].map(([text]) => `${path}: ${text}`);
  const docstrings = filesIn('src', '.ts').flatMap(docstringsOf);
  expect(docstrings.length).toBeGreaterThan(1000);
  expect(docstrings.filter(text => text.split('@throws').length > 2)).toEqual([]);
});

describe('documents', () => {
  test('link only to files and headings that exist', () => {
    const broken = DOCUMENTS.flatMap(path => linksOf(path).filter(isBroken).map(({ text }) => `${path}: ${text}`));
    expect(broken).toEqual([]);
  });

  test('that npm and PyPI show have no relative links', () => {
    expect([...prose('README.md').matchAll(/\]\((?!https:)[^)]*\)|^\[\S+\]: (?!https:).*$/gm)].map(([link]) => link)).toEqual([]);
  });

  test('give each named link an address, and use each address', () => {
    const text = prose('README.md');
    const namesOf = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, name]) => name))].sort();
    expect(namesOf(/\]\[([\w-]+)\]/g)).toEqual(namesOf(NAMED));
  });

  test('below docs/ are all linked from docs/README.md', () => {
    const index = join('docs', 'README.md');
    const linked = new Set([index, ...linksOf(index).map(({ target }) => target)]);
    expect(PAGES.filter(path => !linked.has(path))).toEqual([]);
  });

  test('name only npm scripts that exist', () => {
    const { scripts } = JSON.parse(textOf('package.json'));
    const named = [...DOCUMENTS, ...filesIn('.github', '.yml')]
      .flatMap(path => [...textOf(path).matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => ({ path, script })));
    expect(named.filter(({ script }) => !(script in scripts))).toEqual([]);
  });
});

test('workflows and issue forms are valid YAML with what GitHub requires', () => {
  const parsed = filesIn('.github', '.yml').map(path => [path, yaml.parse(textOf(path), { strict: true })] as const);
  const forms = parsed.filter(([path]) => path.includes('ISSUE_TEMPLATE') && !path.endsWith('config.yml'));
  const workflows = parsed.filter(([path]) => path.includes('workflows'));
  const isForm = ({ name, description, body }: { [key: string]: any }) =>
    name && description && body.every(({ type }: { type?: string }) => type);
  const isRestricted = ({ on, permissions }: { [key: string]: any }) => on && permissions?.contents === 'read';
  expect(forms.filter(([, form]) => !isForm(form)).map(([path]) => path)).toEqual([]);
  expect(workflows.filter(([, workflow]) => !isRestricted(workflow)).map(([path]) => path)).toEqual([]);
  const actions = workflows.flatMap(([path]) => [...textOf(path).matchAll(/uses: (\S+)/g)].map(([, action]) => action));
  expect(actions.filter(action => !/^[\w/-]+@(v\d+(\.\d+)*|[0-9a-f]{40})$/.test(action))).toEqual([]);
});

describe('TypeScript in the documents', () => {
  /** What a block may use without declaring it. */
  const SURROUNDINGS = [
    "import { readFileSync, writeFileSync } from 'fs';",
    "import { App, Chart, Duration } from 'cdk8s';",
    `import { ${Object.keys(library).join(', ')} } from 'cdk8s-istio-multicluster';`,
    'declare const app: MeshApp, mesh: Mesh, chart: Chart, httpbin: ExportedService, api: ExportedService, reviews: ExportedService;',
    'declare const cluster1: MeshCluster, cluster2: MeshCluster, cluster3: MeshCluster;',
  ].join(' ');

  /** A block as a module of its own, whose lines keep their numbers. */
  function moduleOf(block: string): string {
    return /^import /m.test(block) ? block : `${SURROUNDINGS} export function block() {${block}}`;
  }

  /** The examples in the doc comments of a source file, which are in the API reference. */
  function examplesIn(path: string): string[] {
    return [...textOf(path).matchAll(/^ *\/\*\*[\s\S]*?\*\//gm)].flatMap(([comment]) => {
      const text = comment.replace(/^ *(\/\*\*|\*\/|\*) ?/gm, '');
      return [...text.matchAll(/^@example\n([\s\S]*?)(?=^@|$(?![\s\S]))/gm)].map(([, example]) => example);
    });
  }

  test('compiles, in pages and in examples of doc comments', () => {
    const pages = [...DOCUMENTS, 'site/home.md'].flatMap(path => blocks(textOf(path), 'ts').map((block, i) => ({ path, block, i })));
    const exported = [...textOf('src/index.ts').matchAll(/ from '\.\/(.*)';$/gm)].map(([, path]) => `src/${path}.ts`);
    const examples = [...new Set(exported)].flatMap(path => examplesIn(path).map((block, i) => ({ path, block, i })));
    expect(examples.length).toBeGreaterThan(35);
    const modules = new Map([...pages, ...examples].map(({ path, block, i }) => [join(ROOT, `${path}.${i + 1}.ts`), moduleOf(block)]));
    expect(modules.size).toBeGreaterThan(20);
    const config = ts.getParsedCommandLineOfConfigFile(join(ROOT, 'examples', 'tsconfig.json'), {}, {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: diagnostic => {
        throw new Error(String(diagnostic.messageText));
      },
    })!;
    const options = { ...config.options, noUnusedLocals: false, noUnusedParameters: false };
    const host = ts.createCompilerHost(options);
    const { fileExists, readFile, getSourceFile } = host;
    host.fileExists = file => modules.has(file) || fileExists(file);
    host.readFile = file => modules.get(file) ?? readFile(file);
    host.getSourceFile = (file, version, ...rest) => {
      const text = modules.get(file);
      return text === undefined ? getSourceFile(file, version, ...rest) : ts.createSourceFile(file, text, version);
    };
    const program = ts.createProgram([...modules.keys()], options, host);
    const mistakes = [...modules.keys()].map(file => program.getSourceFile(file)!)
      .flatMap(file => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]);
    const shown = mistakes.map(({ file, messageText }) => ({
      block: relative(ROOT, file!.fileName), mistake: ts.flattenDiagnosticMessageText(messageText, ' '),
    }));
    expect(shown).toEqual([]);
  });
});

describe('commands of the documentation', () => {
  const SHELL = PAGES.flatMap(shellBlocks);
  const WITH_README = [...SHELL, ...shellBlocks('README.md')];
  const listed = Object.values(RUN_BLOCKS).flatMap(pages => Object.entries(pages))
    .flatMap(([page, begins]) => begins.map(begin => ({ page, begin })));
  const isListed = (block: ShellBlock) => listed.some(({ page, begin }) => page === block.page && begin === firstLine(block));

  test('are run by a test, or are marked as not run', () => {
    expect(SHELL.length).toBeGreaterThan(40);
    const shown = (block: ShellBlock) => `${block.page}: ${firstLine(block)}`;
    expect(SHELL.filter(block => !block.isMarked && !isListed(block)).map(shown)).toEqual([]);
    expect(SHELL.filter(block => block.isMarked && isListed(block)).map(shown)).toEqual([]);
  });

  test('that a test runs are each one block, and the test names it', () => {
    const found = (wanted: { page: string; begin: string }) =>
      WITH_README.filter(block => block.page === wanted.page && firstLine(block) === wanted.begin);
    expect(listed.filter(block => found(block).length !== 1)).toEqual([]);
    const unnamed = Object.entries(RUN_BLOCKS)
      .flatMap(([test, pages]) => Object.keys(pages).filter(page => !textOf(test).includes(page)));
    expect(unnamed).toEqual([]);
  });
});

describe('docs/getting-started.md', () => {
  const home = temporaryFolder('getting-started');

  test('works as it stands there, in the steps that it does not mark as untested', () => {
    const page = 'docs/getting-started.md';
    const steps = textOf(page).split(/^## (?=\d)/m).slice(1).map(step => step.split(/^## /m)[0]);
    const tested = steps.filter(step => !step.includes(NOT_RUN));
    expect(tested.map(step => step.split('\n')[0]))
      .toEqual(['3. Make the CA certificates', '4. Declare the mesh', '5. Check what was written']);
    const bin = fakeNpx(home);
    const folder = join(home, 'my-mesh');
    mkdirSync(folder);
    blocks(tested[1], 'ts').forEach(program => writeFileSync(join(folder, 'main.ts'), program));
    const own = join('test', 'docs.test.ts');
    // The page on trouble asks the same of the same mesh.
    const pages = [page, 'docs/how-to/draw-a-mesh.md', 'docs/how-to/troubleshoot.md'];
    const commands = new Set(pages.flatMap(name => RUN_BLOCKS[own][name].map(begin => commandsOf(own, name, begin))));
    const env = { ...process.env, HOME: home, PATH: `${bin}:${process.env.PATH}` };
    const printed = execFileSync('sh', ['-e', '-c', [...commands].join('\n')], { cwd: folder, stdio: 'pipe', env, encoding: 'utf8' });
    expect(printed).toContain('By these files, the request is answered.');
    const drawings = ['mesh.html', 'mesh.svg'].map(name => readFileSync(join(folder, name), 'utf8'));
    expect(drawings.filter(drawing => !drawing.includes('Istio mesh of 2 clusters'))).toEqual([]);
    // What the steps after it name.
    expect(['cluster1', 'cluster2'].flatMap(cluster => [
      `plain-secrets/${cluster}/Secret_istio-system_cacerts.yaml`,
      `dist/install/${cluster}/istio-operator.yml`,
      `dist/${cluster}/kustomization.yml`,
    ]).filter(path => !existsSync(join(folder, path)))).toEqual([]);
  });
});
