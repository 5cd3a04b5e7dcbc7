import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import * as cdk8s from 'cdk8s';
import * as ts from 'typescript';
import { parse } from 'yaml';
import * as library from '../../../src';

/** Runs the text of a program as Node would run its compiled form: it writes its folders into the given one. */
export function runProgramText(program: string, outdir: string): void {
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
  const { outputText } = ts.transpileModule(program, { compilerOptions });
  const modules: { readonly [name: string]: unknown } = { 'cdk8s': cdk8s, 'cdk8s-istio-multicluster': library };
  const { CDK8S_OUTDIR: before } = process.env;
  const { warn, error } = console;
  process.env.CDK8S_OUTDIR = outdir;
  console.warn = console.error = () => undefined;
  try {
    // The text is that of a module, which is a function of what it requires.
    new Function('require', 'exports', outputText)((name: string) => modules[name], {});
  } finally {
    Object.assign(console, { warn, error });
    if (before === undefined) {
      delete process.env.CDK8S_OUTDIR;
    } else {
      process.env.CDK8S_OUTDIR = before;
    }
  }
}

/** The objects that stand in the folders of clusters of an output folder. */
export function objectsByCluster(outdir: string): Map<string, any[]> {
  const clusters = readdirSync(outdir, { withFileTypes: true }).filter(entry => entry.isDirectory() && entry.name !== 'install');
  return new Map(clusters.map(({ name }) => [name, objectsIn(join(outdir, name))]));
}

function objectsIn(folder: string): any[] {
  const files = readdirSync(folder).filter(file => file.endsWith('.yaml')).sort();
  return files.map(file => parse(readFileSync(join(folder, file), 'utf8')));
}
