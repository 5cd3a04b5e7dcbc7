import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const PAGES = join(ROOT, 'site', 'pages');

/** The page that docs/README.md is on the site. */
const OVERVIEW = 'overview.md';

/** Address of the repository. */
export const REPOSITORY = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).repository.url.replace(/\.git$/, '');

/** The types that have a page in the API reference. */
export interface ApiTypes {
  /** Subjects, in the order of the guide. */
  readonly subjects: Array<{ readonly title: string; readonly types: string[] }>;
  /** Anchors of the members, by type. */
  readonly members: { readonly [type: string]: string[] };
}

export const API: ApiTypes = JSON.parse(readFileSync(join(PAGES, 'api-types.json'), 'utf8'));

/** The index of the documentation, which also is the order of the sidebar. */
export const INDEX = readFileSync(join(PAGES, OVERVIEW), 'utf8');

/**
 * The target of a link as the site has it: a page, or a file of the repository.
 * @param page path of the page with the link, within the pages
 * @param href link within the repository, as GitHub reads it
 */
export function targetOf(page: string, href: string): string {
  const [path, anchor] = href.split('#');
  const hash = anchor === undefined ? '' : `#${anchor}`;
  if (path === '') {
    return hash;
  }
  const target = posix.join('docs', posix.dirname(page), path);
  const own = target === 'docs/README.md' ? OVERVIEW : posix.relative('docs', target);
  if (!own.startsWith('..') && existsSync(join(PAGES, own)) && own.endsWith('.md')) {
    return `/${own}${hash}`;
  }
  if (!existsSync(join(ROOT, target))) {
    throw new Error(`${page} links to ${href}, which does not exist`);
  }
  const isFile = posix.extname(target) !== '';
  return `${REPOSITORY}/${isFile ? 'blob' : 'tree'}/main/${target.replace(/\/$/, '')}${hash}`;
}
