import { mkdirSync, readFileSync, writeFileSync } from 'fs';
import { dirname, join } from 'path';
import Ajv from 'ajv';
import { stringify } from 'yaml';
import { objectsByCluster, runProgramText } from './run-program';
import { temporaryFolder } from '../../temporary-folder';
import { runMain } from '../../written/written-folder';

/** What `istio-mesh import -o json` says of an object. */
export interface ImportedObject {
  readonly cluster: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly place: { readonly file: string; readonly line: number };
  readonly fate: string;
  readonly reasons: string[];
  readonly remove: boolean;
}

/** The report of `istio-mesh import`. */
export interface ImportReport {
  readonly program: string;
  readonly clusters: string[];
  readonly objects: ImportedObject[];
  readonly added: { readonly cluster: string; readonly kind: string; readonly name: string }[];
  readonly decisions: string[];
  readonly problems: { readonly code: string }[];
}

/** Writes objects as YAML files, by path, and returns the folder. */
export function manifestFolder(files: { readonly [path: string]: string | readonly object[] }): string {
  const folder = temporaryFolder('import');
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === 'string' ? content : content.map(object => stringify(object)).join('---\n'));
  }
  return folder;
}

const SCHEMA = join(__dirname, '..', '..', '..', 'docs', 'reference', 'schemas', 'import.schema.json');
const isValid = new Ajv({ strict: true }).compile(JSON.parse(readFileSync(SCHEMA, 'utf8')));

/** Runs `istio-mesh import` and reads its report, which must follow the schema. */
export async function imported(...args: string[]): Promise<{ code: number; report: ImportReport; err: string }> {
  const { code, out, err } = await runMain(['import', ...args, '-o', 'json']);
  const report = out === '' ? undefined as never : JSON.parse(out);
  if (report !== undefined && !isValid(report)) {
    throw new Error(JSON.stringify(isValid.errors));
  }
  return { code, err, report };
}

/** The objects of a report with a fate, as titles, with their reasons. */
export function withFate({ objects }: ImportReport, fate: string): string[] {
  return objects.filter(object => object.fate === fate)
    .map(({ cluster, kind, namespace, name, reasons }) => [`${cluster} ${kind} ${namespace}/${name}`, ...reasons].join(': '));
}

/** Runs the text of a program, and returns the objects that it writes, by cluster. */
export function objectsOfProgram(program: string): Map<string, any[]> {
  const outdir = temporaryFolder('imported');
  runProgramText(program, outdir);
  return objectsByCluster(outdir);
}

/** The object of a kind and name. */
export function found(objects: any[] | undefined, kind: string, name: string): any {
  return objects?.find(object => object.kind === kind && object.metadata.name === name);
}
