import { isMap, isNode, isScalar, isSeq, LineCounter, parseAllDocuments } from 'yaml';
import type { Document } from 'yaml';
import type { Place, SourceFile } from './source';
import { objectAt } from '../checks/content';

/** An object of Kubernetes as a file holds it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  /** API group; empty for the core group. */
  readonly group: string;
  readonly name: string;
  /** Namespace; empty for an object of the whole cluster. */
  readonly namespace: string;
  /** The whole content, which nobody has checked. */
  readonly content: any;
  readonly file: SourceFile;
  /** Number of the document in its file, counted from 0. */
  readonly document: number;
  /** Number of the object in a List, as kubectl prints several objects; undefined for a document of its own. */
  readonly item?: number;
  /** Line at which the object begins. */
  readonly line: number;
}

/** A file, or a document of one, that holds no object of Kubernetes. */
export interface UnreadableDocument {
  readonly place: Place;
  readonly what: string;
  readonly expected: string;
}

/** What a file holds. */
export interface FileContent {
  readonly manifests: Manifest[];
  readonly unreadable: UnreadableDocument[];
}

/** The objects of a YAML file. A mistake in one document does not hide the others. */
export function manifestsOf(file: SourceFile): FileContent {
  const manifests: Manifest[] = [];
  const unreadable: UnreadableDocument[] = [];
  const { documents, lines } = parsed(file);
  if (documents === undefined) {
    const place = { file: file.path, line: 1 };
    return { manifests, unreadable: [{ place, what: 'YAML that is nested too deeply', expected: 'objects as kubectl prints them' }] };
  }
  for (const [number, document] of documents.entries()) {
    const line = lines.linePos(document.errors[0]?.pos[0] ?? document.contents?.range[0] ?? 0).line;
    const refuse = (what: string, expected: string) => unreadable.push({ place: { file: file.path, line }, what, expected });
    if (document.errors.length > 0) {
      refuse(`invalid YAML: ${document.errors[0].message.split('\n')[0]}`, 'YAML that every reader understands alike');
      continue;
    }
    const content = plainData(document);
    if (content === undefined) {
      refuse('YAML with too many aliases', 'objects as kubectl prints them');
    } else if (content !== null) {
      const found = objectsOf(content).map((object, i): Manifest | undefined => {
        const item = object === content ? undefined : i;
        return manifestOf(object, { file, document: number, item, line: lineOf(document, lines, item) });
      });
      manifests.push(...found.filter(manifest => manifest !== undefined));
      if (found.includes(undefined)) {
        refuse('no object of Kubernetes', 'apiVersion, kind and metadata.name');
      }
    }
  }
  return { manifests, unreadable };
}

/** The objects of a document: those of a List, or the document itself. */
function objectsOf(content: unknown): unknown[] {
  const { kind, items } = objectAt(content);
  return typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items) ? items : [content];
}

/** The line at which an object of a document begins. */
function lineOf(document: Document.Parsed, lines: LineCounter, item: number | undefined): number {
  const items = item === undefined ? undefined : document.get('items');
  const node = isSeq(items) ? items.items[item!] : document.contents;
  return lines.linePos(isNode(node) ? node.range?.[0] ?? 0 : 0).line;
}

/** The line of a field of a manifest; where the field is missing, the line of the nearest field around it. */
export function placeOf(manifest: Manifest, ...path: (string | number)[]): Place {
  return {
    file: manifest.file.path,
    // Few places are printed, and the line takes a parse of the whole file.
    get line() {
      return lineOfField(manifest, path);
    },
  };
}

function lineOfField(manifest: Manifest, path: (string | number)[]): number {
  const { documents, lines } = parsed(manifest.file);
  const document = documents?.[manifest.document];
  const start = manifest.item === undefined ? [] : ['items', manifest.item];
  for (let length = path.length; length >= 0; length--) {
    const offset = document && offsetOf(document, [...start, ...path.slice(0, length)]);
    if (offset !== undefined) {
      return lines.linePos(offset).line;
    }
  }
  return 1;
}

/** The data of the first document of a file; undefined where it cannot be read. */
export function firstDataOf(file: SourceFile): unknown {
  const [document] = parsed(file).documents ?? [];
  return document === undefined || document.errors.length > 0 ? undefined : plainData(document);
}

/** An object by kind, namespace and name, as messages name it: `Gateway istio-system/mesh-httpbin-bar`. */
export function titleOf({ kind, namespace, name }: Manifest): string {
  return `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
}

/** Where a field begins: its key, or the item of a list; undefined where there is no such field. */
function offsetOf(document: Document.Parsed, path: (string | number)[]): number | undefined {
  const around = path.length > 0 ? document.getIn(path.slice(0, -1), true) : undefined;
  if (isMap(around)) {
    const key = around.items.map(item => item.key).find(item => isScalar(item) && item.value === path[path.length - 1]);
    return isScalar(key) ? key.range?.[0] : undefined;
  }
  const node = document.getIn(path, true);
  return isNode(node) ? node.range?.[0] : undefined;
}

/** A file as the parser understands it. */
interface ParsedFile {
  readonly file: SourceFile;
  /** Documents; undefined where they are nested more deeply than a parser can follow. */
  readonly documents?: Document.Parsed[];
  readonly lines: LineCounter;
}

/** The file that was parsed last: places are asked for one after the other, and one file can hold all objects of a cluster. */
let latest: ParsedFile | undefined;

function parsed(file: SourceFile): ParsedFile {
  if (latest?.file !== file) {
    const lines = new LineCounter();
    latest = { file, documents: documentsOf(file, lines), lines };
  }
  return latest;
}

function documentsOf({ text }: SourceFile, lineCounter: LineCounter): Document.Parsed[] | undefined {
  try {
    // Merge keys are part of YAML 1.1, which kubectl reads.
    const documents = parseAllDocuments(text, { lineCounter, merge: true });
    return Array.isArray(documents) ? documents : [];
  } catch (error) {
    if (error instanceof RangeError) {
      return undefined;
    }
    throw error;
  }
}

/** The data of a document; undefined where its aliases would make it grow without bounds. */
function plainData(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    return undefined;
  }
}

function manifestOf(content: unknown, place: Pick<Manifest, 'file' | 'document' | 'item' | 'line'>): Manifest | undefined {
  const { apiVersion, kind, metadata } = objectAt(content);
  const { name, namespace = '' } = objectAt(metadata);
  if (![apiVersion, kind, name, namespace].every(field => typeof field === 'string')) {
    return undefined;
  }
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return { apiVersion, kind, group, name, namespace, content, ...place };
}
