import type { NamedObject } from './file-name';
import { toYaml } from './yaml';

/**
 * Returns the text of the file of a manifest, in the order in which people read it. The keys within each part are sorted, so the text is
 * always the same. The marker makes any sequence of files one stream of documents, as `cdk8s synth --stdout` and `cat` print them.
 */
export function manifestText({ apiVersion, kind, metadata, ...rest }: NamedObject): string {
  const content = Object.keys(rest).length > 0 ? toYaml(rest, { sortKeys: true }) : '';
  return `---\n${toYaml({ apiVersion, kind }, { sortKeys: false })}${toYaml({ metadata }, { sortKeys: true })}${content}`;
}
