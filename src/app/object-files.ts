import { ApiObject, Chart } from 'cdk8s';
import type { Problem } from '../errors/problem';
import { contentSourceOf } from '../istio/istio-object';
import { lineComments } from '../istio/line-comments';
import { commonMetadata } from '../objects/common-metadata';
import { provenanceOf } from '../objects/provenance';
import { headerLine } from '../output/comments';
import { fileName, NamedObject } from '../output/file-name';
import { manifestText } from '../output/manifest-text';
import { privateKeyProblem, privateKeysIn } from '../pki/key-scan';

/** File of an object within the folder of its chart. */
export interface ObjectFile {
  readonly name: string;
  readonly text: string;
}

/** The files of objects. Each file is rendered once, however many charts hold an equal object. */
export class ObjectFiles {
  /** Private keys in objects whose file was asked for. */
  public readonly privateKeys: Problem[] = [];
  /** Files of objects of this library, by the object as JSON. */
  private readonly byContent = new Map<string, ObjectFile>();
  /** Files of objects of this library, by what their content follows from. */
  private readonly bySource = new Map<object, Map<string, ObjectFile>>();

  /** Returns the file of an object. Most objects of a large mesh are equal to those of other clusters, whose file they share. */
  public fileOf(object: ApiObject): ObjectFile {
    const author = hasHeaders(object.chart) ? pathInChart(object) : '';
    const content = contentSourceOf(object);
    if (content === undefined) {
      return this.renderedFile(object, author);
    }
    const key = `${content.key} ${author}`;
    const files = this.bySource.get(content.source) ?? new Map<string, ObjectFile>();
    const file = files.get(key) ?? ownFile(object.toJson(), author);
    this.bySource.set(content.source, files.set(key, file));
    return file;
  }

  /** @param author path of the construct that the header names; empty for a file without a header */
  private renderedFile(object: ApiObject, author: string): ObjectFile {
    const manifest = object.toJson() as NamedObject;
    if (provenanceOf(object).isOwnContent) {
      return this.sharedFile(manifest, author);
    }
    this.privateKeys.push(...privateKeysIn(manifest).map(field => privateKeyProblem(object.node.path, field)));
    return { name: fileName(manifest), text: manifestText(manifest, { header: headerBy(author) }) };
  }

  /** Returns the file of an object of this library. Equal objects share one file. */
  private sharedFile(manifest: NamedObject, author: string): ObjectFile {
    // Such an object is plain data, which JSON tells apart as YAML does.
    const key = `${author} ${JSON.stringify(manifest)}`;
    const file = this.byContent.get(key) ?? ownFile(manifest, author);
    this.byContent.set(key, file);
    return file;
  }
}

/** Whether the files of a chart begin with a header; those of the guide to the letter do not. */
export function hasHeaders(chart: Chart): boolean {
  return commonMetadata(chart).labels !== undefined;
}

/** The file of an object whose content comes from this library alone. */
function ownFile(manifest: NamedObject, author: string): ObjectFile {
  const header = headerBy(author);
  const lines = header === '' ? undefined : lineComments(manifest.kind);
  return { name: fileName(manifest), text: manifestText(manifest, { header, lines }) };
}

function headerBy(author: string): string {
  return author === '' ? '' : headerLine(author);
}

/** The path of an object below its chart. */
function pathInChart({ node, chart }: ApiObject): string {
  const ids = [node.id];
  for (let { scope } = node; scope !== undefined && scope !== chart; { scope } = scope.node) {
    ids.unshift(scope.node.id);
  }
  return ids.join('/');
}
