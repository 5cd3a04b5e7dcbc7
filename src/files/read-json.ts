import { statSync } from 'fs';
import { FieldProblems } from './fields';
import { withFileErrors } from './file-errors';
import { checkJsonStructure } from './json-structure';
import { readText } from './read';
import { MeshError } from '../errors/mesh-error';
import type { MeshErrorCode } from '../errors/mesh-error-code';
import { quoted } from '../errors/printable';

/** A kind of JSON file that others write, with a version of its format in `schemaVersion`. */
export interface ForeignJson {
  /** Name of the kind in messages, such as "catalog". */
  readonly name: string;
  readonly code: MeshErrorCode;
  readonly schemaVersion: number;
  /** Largest file that is read. */
  readonly maxBytes: number;
  /** How a user gets a valid file. */
  readonly fix: string;
}

/**
 * Reads a JSON file that others write.
 * @param read reads the fields of the file, and adds a problem for each that is wrong
 * @throws the code of the kind for another file, with all problems of its fields, MESH055 for a file that cannot be read
 */
export function readForeignJson<T>(path: string, kind: ForeignJson, read: (data: unknown, problems: FieldProblems) => T | undefined): T {
  const text = textOf(path, kind);
  const data = parsedJson(path, text, kind);
  refuseOtherSchema(path, data, kind);
  const problems = new FieldProblems();
  checkJsonStructure(text, problems);
  const content = problems.isEmpty ? read(data, problems) : undefined;
  if (content === undefined || !problems.isEmpty) {
    throw jsonError(path, kind, `the ${kind.name} has missing or invalid fields: ${problems.text}`);
  }
  return content;
}

/** Adds a problem for each item of a list that stands in it before. */
export function addRepeated<T>(items: T[], keyOf: (item: T) => string, path: string, problems: FieldProblems): void {
  const seen = new Set<string>();
  items.map(keyOf).forEach((key, i) => {
    if (seen.has(key)) {
      problems.add(`${path}[${i}]`, `got ${quoted(key)} again, expected each entry once`);
    }
    seen.add(key);
  });
}

function textOf(path: string, kind: ForeignJson): string {
  const stats = withFileErrors(path, () => statSync(path));
  // A device or pipe has no size, and reading it may never end.
  if (!stats.isFile() && !stats.isDirectory()) {
    throw jsonError(path, kind, `the ${kind.name} cannot be read: it is no file`);
  }
  if (stats.isFile() && stats.size > kind.maxBytes) {
    throw jsonError(path, kind, `the ${kind.name} cannot be read: it is larger than ${kind.maxBytes} bytes`);
  }
  return readText(path);
}

function parsedJson(path: string, text: string, kind: ForeignJson): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw jsonError(path, kind, `the ${kind.name} cannot be read: ${quoted((error as Error).message, 200)}`);
  }
}

function refuseOtherSchema(path: string, data: unknown, kind: ForeignJson): void {
  const version = typeof data === 'object' && data !== null && 'schemaVersion' in data ? data.schemaVersion : undefined;
  if (typeof version === 'number' && version !== kind.schemaVersion) {
    throw jsonError(
      path,
      kind,
      `schemaVersion: this version of the package does not read schema ${version}, expected ${kind.schemaVersion}`,
    );
  }
}

function jsonError(path: string, { name, code, fix }: ForeignJson, what: string): MeshError {
  return new MeshError({ code, where: `${name} ${path}`, what, fix });
}
