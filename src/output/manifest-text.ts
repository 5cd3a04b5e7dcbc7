import type { LineComments } from './comments';
import type { NamedObject } from './file-name';
import { toYaml } from './yaml';

/** Comments of a file. */
interface ManifestComments {
  /** Line at the top, with its line break. */
  readonly header?: string;
  /** Comments behind lines of the spec. */
  readonly lines?: LineComments;
}

/**
 * Returns the text of the file of a manifest, in the order in which people read it. The keys within each part are sorted, so the text is
 * always the same. The marker makes any sequence of files one stream of documents, as `cdk8s synth --stdout` and `cat` print them.
 */
export function manifestText({ apiVersion, kind, metadata, ...rest }: NamedObject, { header = '', lines }: ManifestComments = {}): string {
  const content = Object.keys(rest).length > 0 ? toYaml(rest, { sortKeys: true, comments: lines }) : '';
  return `---\n${header}${toYaml({ apiVersion, kind }, { sortKeys: false })}${toYaml({ metadata }, { sortKeys: true })}${content}`;
}
