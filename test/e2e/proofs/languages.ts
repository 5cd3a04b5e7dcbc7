import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { basename, dirname, join } from 'path';
import { differences, onlyFile, packagedFor, ROOT, USER_ENVIRONMENT } from '../package/built';
import { attempt, run as runIn, RunOptions } from '../process';
import { must, Proof } from '../proof';

const TSX = require.resolve('tsx/cli');
const MYPY = ['mypy==2.4.1'];

/** Promises of the page on Python: what each line of python-check.py must be. */
const PYTHON_LINES: { readonly [promise: string]: RegExp } = {
  code: /^MESH001$/,
  error: /^builtins\.RuntimeError MESH001 MeshError: MESH001 c1\.addNamespace\('Not_valid'\)/,
  attributes: /MESH057 .*service/,
  properties: /^accepted$/,
  none: /^accepted$/,
};

/** Runs a program as a user does. */
function run(program: string, args: string[], options: RunOptions = {}): Promise<string> {
  return runIn(program, args, { env: USER_ENVIRONMENT, seconds: 900, ...options });
}

/** The wheel and the jar write what TypeScript writes, and users see errors with codes. */
export const languageProofs: Proof[] = [
  {
    name: 'python',
    parts: [],
    tools: [['python3', '--version']],
    async show({ folder, say }) {
      const wheel = onlyFile(await packagedFor('python', say), '.whl');
      const example = await exampleIn(folder, 'guide-python');
      const bin = join(folder, 'venv', 'bin');
      await run('python3', ['-m', 'venv', join(folder, 'venv')]);
      say('installing the wheel');
      await run(join(bin, 'pip'), ['install', '--quiet', wheel, ...MYPY]);
      await run(join(bin, 'python'), ['main.py'], { cwd: example.project });
      example.mustBeSame('Python');
      await run(join(bin, 'mypy'), ['--strict', 'main.py', 'mesh.py'], { cwd: example.project });
      const refused = await attempt(join(bin, 'mypy'), ['--strict', misspelt(example.project)], { cwd: example.project, seconds: 600 });
      must(refused.code === 1, `mypy accepts a misspelt option:\n${refused.stdout}`);
      const version = await run(join(bin, 'istio-mesh'), ['--version'], { cwd: example.project });
      await run(join(bin, 'istio-mesh'), ['check', 'dist'], { cwd: example.project });
      const checked = await run(join(bin, 'python'), [join(__dirname, '..', 'package', 'python-check.py')], { cwd: folder });
      const lines = checked.split('\n');
      for (const [promise, wanted] of Object.entries(PYTHON_LINES)) {
        const line = lines.find(text => text.startsWith(`${promise} `))?.slice(promise.length + 1);
        must(line !== undefined && wanted.test(line), `${promise}: expected ${wanted}, got ${line}`);
      }
      const cost = lines.find(text => text.startsWith('cost '));
      return `${example.files} files are those of TypeScript; mypy --strict accepts the program, and no misspelt option; istio-mesh `
        + `${version.trim()} of the wheel checks them; ${cost}`;
    },
  },
  {
    name: 'java',
    parts: [],
    tools: [['mvn', '--version']],
    async show({ folder, say }) {
      const built = await packagedFor('java', say);
      const example = await exampleIn(folder, 'guide-java');
      const repository = [`-Dmaven.repo.local=${join(folder, 'm2')}`, '-B', '-q'];
      const jar = onlyFile(built, '.jar', name => !/-(sources|javadoc)\.jar$/.test(name));
      say('installing the jar');
      await run('mvn', [...repository, 'install:install-file', `-Dfile=${jar}`, `-DpomFile=${onlyFile(built, '.pom')}`], { cwd: folder });
      // The folder of the jar is its version.
      const program = [...repository, `-Dmesh.version=${basename(dirname(jar))}`, 'compile', 'exec:java'];
      await run('mvn', program, { cwd: example.project });
      example.mustBeSame('Java');
      writeFileSync(join(example.project, 'src/main/java/example/Mistake.java'), MISTAKE);
      const printed = await run('mvn', [...program, '-Dexec.mainClass=example.Mistake'], { cwd: example.project });
      must(/java\.lang\.RuntimeException \[MESH001\] MeshError: MESH001/.test(printed), `an error of Java has no code:\n${printed}`);
      return `${example.files} files are those of TypeScript; an error is a RuntimeException with its code`;
    },
  },
  {
    name: 'go',
    parts: [],
    tools: [['go', 'version']],
    async show({ folder, say }) {
      await packagedFor('js', say);
      say('generating the bindings');
      await run('npm', ['run', 'bindings:go'], { cwd: ROOT });
      const example = await exampleIn(folder, 'guide-go');
      const cwd = example.project;
      cpSync(join(ROOT, 'dist', 'go-bindings'), join(folder, 'dist', 'go-bindings'), { recursive: true });
      await run('go', ['run', '.'], { cwd });
      example.mustBeSame('Go');
      const sources = readFileSync(join(cwd, 'mesh.go'), 'utf8');
      writeFileSync(join(cwd, 'mesh.go'), sources.replace('ServiceAccount:', 'ServiceAcount:'));
      const refused = await attempt('go', ['build', '-o', join(folder, 'guide'), '.'], { cwd, seconds: 600, env: USER_ENVIRONMENT });
      must(refused.code !== 0 && /unknown field ServiceAcount/.test(refused.stderr), `a misspelt option compiles:\n${refused.stderr}`);
      rmSync(join(cwd, 'mesh.go'));
      writeFileSync(join(cwd, 'main.go'), GO_MISTAKE);
      const printed = await run('go', ['run', '.'], { cwd });
      must(printed.startsWith('[MESH001] MeshError: MESH001 '), `an error in Go has no code:\n${printed}`);
      return `${example.files} files are those of TypeScript, by bindings generated from the npm packages; a misspelt option does not `
        + 'compile; an error is a panic with its code';
    },
  },
];

/** A program of Java that prints an error. */
const MISTAKE = `package example;

import io.github.cdk8s_istio_multicluster.*;
import org.cdk8s.App;

public final class Mistake {
    public static void main(String[] args) {
        Mesh mesh = Mesh.Builder.create(new App(), "mesh").istio(IstioRelease.V1_31).build();
        try {
            mesh.addCluster("Not_valid");
        } catch (RuntimeException error) {
            System.out.println(error.getClass().getName() + " " + MeshErrorCodes.inMessage(error.getMessage()) + " " + error.getMessage());
        }
    }
}
`;

/** A copy of an example in a folder of its own, beside the guide, whose files it reads. */
async function exampleIn(folder: string, name: string) {
  const [source, project] = [join(ROOT, 'examples'), join(folder, 'examples')];
  for (const part of ['guide', name]) {
    cpSync(join(source, part), join(project, part), { recursive: true, filter: path => !/\/(dist|target|__pycache__)$/.test(path) });
  }
  const wanted = join(folder, 'wanted');
  await run(process.execPath, [TSX, 'main.ts'], { cwd: join(source, 'guide'), env: { ...USER_ENVIRONMENT, CDK8S_OUTDIR: wanted } });
  return {
    project: join(project, name),
    files: readdirSync(wanted, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).length,
    mustBeSame(language: string) {
      const different = differences(join(project, name, 'dist'), wanted);
      must(different.length === 0, `${language} writes other files than TypeScript: ${different.join(', ')}`);
    },
  };
}

/** Writes a program of Python with an option that does not exist, and returns its name. */
function misspelt(project: string): string {
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, 'misspelt.py'), `from cdk8s import App
from cdk8s_istio_multicluster import IstioRelease, Mesh

Mesh(App(), "mesh", istio=IstioRelease.V1_31, trusts=None)
`);
  return 'misspelt.py';
}

/** A program of Go that prints an error. */
const GO_MISTAKE = `package main

import (
	"fmt"

	"github.com/aws/jsii-runtime-go"

	mesh "github.com/cdk8s-istio-multicluster/cdk8s-istio-multicluster-go/istiomulticluster"
)

func main() {
	defer jsii.Close()
	defer func() {
		message := fmt.Sprint(recover())
		var codes []string
		for _, code := range *mesh.MeshErrorCodes_InMessage(&message) {
			codes = append(codes, *code)
		}
		fmt.Println(codes, message)
	}()
	app := mesh.NewMeshApp(nil)
	made := mesh.NewMesh(app, jsii.String("mesh"), &mesh.MeshProps{Istio: mesh.IstioRelease_V1_31()})
	made.AddCluster(jsii.String("Not_valid"), nil)
}
`;
