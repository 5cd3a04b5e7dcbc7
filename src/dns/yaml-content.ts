import type { Document } from 'yaml';
import { CurrentContentError, refuseLargeContent } from './current-content';

/** Levels of maps and lists in a text. Values of a chart have about ten. */
const MAX_DEPTH = 32;
/** Limit for aliases. Aliases of aliases make a short text as large as one likes. */
const MAX_ALIASES = 100;

/** Content of a YAML text: with positions and comments, and as plain data. */
export interface YamlContent {
  readonly document: Document;
  readonly data: unknown;
}

/** Returns the package `yaml`. Most programs never need it, so it is loaded by the first call and not by an import. */
export function yamlPackage(): typeof import('yaml') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('yaml');
}

/**
 * Reads current content that is YAML.
 * @throws CurrentContentError for a text that is no YAML, that has a key twice or a key that is no text, or that has no bounds
 */
export function readYaml(text: string): YamlContent {
  refuseLargeContent(text);
  // The package compares each key of a map with all others, so repeated keys are looked for here.
  const document: Document = yamlPackage().parseDocument(text, { uniqueKeys: false, logLevel: 'error' });
  const [error] = document.errors;
  if (error) {
    throw new CurrentContentError('it is not valid YAML', error.message.split('\n')[0]);
  }
  refuseUnusualNodes(document.contents);
  return { document, data: dataOf(document) };
}

/** Refuses nodes before anything follows them: the package itself does not end for some of them. */
function refuseUnusualNodes(contents: unknown): void {
  const { isAlias, isMap, isCollection } = yamlPackage();
  const unvisited: Array<{ readonly node: unknown; readonly depth: number }> = [{ node: contents, depth: 0 }];
  let aliases = 0;
  for (let next = unvisited.pop(); next !== undefined; next = unvisited.pop()) {
    const { node, depth } = next;
    aliases += isAlias(node) ? 1 : 0;
    if (depth > MAX_DEPTH || aliases > MAX_ALIASES) {
      throw new CurrentContentError(depth > MAX_DEPTH ?
        `its maps and lists are nested in more than ${MAX_DEPTH} levels` :
        `it has more than ${MAX_ALIASES} aliases`);
    }
    if (isMap(node)) {
      refuseUnusualKeys(node.items.map(({ key }) => key));
    }
    if (isCollection(node)) {
      unvisited.push(...node.items.map(item => ({ node: valueOf(item), depth: depth + 1 })));
    }
  }
}

/** Refuses keys that JSON does not have: a map or list, an alias, and the same key a second time. */
function refuseUnusualKeys(keys: unknown[]): void {
  const { isScalar } = yamlPackage();
  const seen = new Set<string>();
  for (const key of keys) {
    if (!isScalar(key)) {
      throw new CurrentContentError('it has a key that is no text');
    }
    const name = String(key.value);
    if (seen.has(name)) {
      throw new CurrentContentError('it has a key twice in one map', name);
    }
    seen.add(name);
  }
}

function valueOf(item: unknown): unknown {
  return yamlPackage().isPair(item) ? item.value : item;
}

function dataOf(document: Document): unknown {
  try {
    const data: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    // An alias within its own anchor makes data that has itself in it.
    JSON.stringify(data);
    return data;
  } catch (error) {
    const reason = 'it has an alias without an anchor, within its own anchor, or that repeats too much';
    throw new CurrentContentError(reason, (error as Error).name);
  }
}
