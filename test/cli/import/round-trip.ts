import { mkdirSync } from 'fs';
import { join } from 'path';
import { isDeepStrictEqual } from 'util';
import { objectsByCluster, runProgramText } from './run-program';
import { converted } from '../../../src/cli/import/convert';
import type { Entry } from '../../../src/cli/import/draft/ledger';
import { readInputs } from '../../../src/cli/import/input/inputs';
import { programText } from '../../../src/cli/import/program/print';
import type { MeshDeclaration } from '../../e2e/random/declaration';
import { synthesize } from '../../e2e/random/mesh-run';

/** What came of writing a mesh, importing it, and writing it again. */
export interface RoundTrip {
  readonly program: string;
  /** Objects that lack something, or are missing or new, and of which the report says nothing. */
  readonly silent: readonly string[];
  /** Objects that have everything that they had, and more. */
  readonly extended: readonly string[];
  /** What the report says is not written again. */
  readonly listed: readonly string[];
}

/** Writes a mesh into a folder, imports the folder, runs the program of the import, and compares both folders. */
export function roundTrip(mesh: MeshDeclaration, folder: string): RoundTrip {
  const [first, second] = ['first', 'second'].map(name => join(folder, name));
  mkdirSync(second, { recursive: true });
  synthesize(mesh, first);
  const conversion = converted(readInputs([first]), { release: mesh.release, gateways: [] });
  const program = programText(conversion.statements, []);
  const listed = [
    ...conversion.ledger.all.filter(isListed).map(({ manifest, reasons }) => `${manifest.kind} ${manifest.name}: ${reasons.join('; ')}`),
    ...conversion.problems.map(({ code, what }) => `${code} ${what}`),
  ];
  if (conversion.problems.length > 0) {
    // Such a program writes nothing, and the report says so.
    return { program, listed, silent: [], extended: [] };
  }
  try {
    runProgramText(program, second);
  } catch (error) {
    // Not an error of this library, which stands for a mesh that it refuses.
    throw new Error(`the program fails: ${(error as Error).message}\n${program}`);
  }
  const after = objectsByCluster(second);
  const unlisted = conversion.ledger.all.filter(entry => !isListed(entry) && !isOfUser(entry));
  const silent = unlisted.filter(entry => !isWritten(entry, after, holds)).map(titleOf);
  const extended = unlisted.filter(entry => isWritten(entry, after, holds) && !isWritten(entry, after, isDeepStrictEqual)).map(titleOf);
  const known = new Set(conversion.ledger.all.map(({ cluster, manifest }) => identityOf(cluster, manifest.content)));
  const added = new Set(conversion.added.map(([cluster, { content }]) => identityOf(cluster, content)));
  const unknown = [...after].flatMap(([cluster, objects]) => objects.map(object => identityOf(cluster, object)))
    .filter(identity => !known.has(identity) && !added.has(identity));
  return {
    program,
    extended,
    listed: [...listed, ...[...added].map(identity => `new: ${identity}`)],
    silent: [...silent, ...unknown.map(identity => `${identity} is new`)],
  };
}

function isListed({ fate, remove, reasons }: Entry): boolean {
  return fate === 'not expressed' || fate === 'replaced' || remove || fate === 'left alone' && reasons.length > 0;
}

function isWritten(
  { cluster, manifest }: Entry, after: ReadonlyMap<string, any[]>, isAlike: (written: any, before: any) => boolean,
): boolean {
  const identity = identityOf(cluster, manifest.content);
  const written = after.get(cluster)?.find(object => identityOf(cluster, object) === identity);
  return written !== undefined && isAlike(normalized(written), normalized(manifest.content));
}

/** Whether an object is a rule that the drawn mesh has beside those of the library, and that stays as it is. */
function isOfUser({ manifest, fate }: Entry): boolean {
  return fate === 'left alone' && /^own-\d+$/.test(manifest.name);
}

/** Whether a value has everything that another one has. Lists have the same items. */
function holds(written: any, before: any): boolean {
  if (typeof before !== 'object' || before === null) {
    return written === before;
  }
  if (Array.isArray(before)) {
    return Array.isArray(written) && written.length === before.length && before.every((item, i) => holds(written[i], item));
  }
  return typeof written === 'object' && written !== null && Object.entries(before).every(([key, value]) => holds(written[key], value));
}

function titleOf({ cluster, manifest, fate }: Entry): string {
  return `${cluster}: ${manifest.kind} ${manifest.namespace}/${manifest.name} is ${fate}, and differs`;
}

function identityOf(cluster: string, { apiVersion, kind, metadata }: any): string {
  return [cluster, apiVersion, kind, metadata.namespace ?? '', metadata.name].join(' ');
}

/**
 * An object in one form. The order of the endpoints of an entry means nothing, and neither do their weights, but for their ratio. Clusters
 * that
 * are not imported have no names, so the program names them, and sorts them by these names.
 */
function normalized(object: any): any {
  const { spec } = object;
  if (object.kind !== 'ServiceEntry' || !Array.isArray(spec.endpoints)) {
    return object;
  }
  const divisor = spec.endpoints.reduce((found: number, { weight = 0 }: any) => greatestCommonDivisor(found, weight), 0);
  const endpoints = spec.endpoints
    .map((endpoint: any) => endpoint.weight === undefined ? endpoint : { ...endpoint, weight: endpoint.weight / divisor })
    .sort((a: any, b: any) => a.address < b.address ? -1 : 1);
  return { ...object, spec: { ...spec, endpoints } };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** A mesh without what an import lists and never expresses: steps of a retirement, and versions that rules of the user define. */
export function withoutListedFeatures(mesh: MeshDeclaration): MeshDeclaration {
  // Imports refer to the services, so the same objects stay in both lists.
  const services = new Map(mesh.services.map(service => [service, {
    ...service,
    exports: service.exports.map(exported => ({
      ...exported, retire: false, versions: exported.versions.map(version => ({ ...version, existing: false })),
    })),
  }]));
  return {
    ...mesh,
    clusters: mesh.clusters.map(cluster => ({ ...cluster, retire: undefined })),
    services: [...services.values()],
    imports: mesh.imports.map(imported => ({ ...imported, retire: false, service: services.get(imported.service)! })),
  };
}
