import type { MarkdownEnv, MarkdownRenderer } from 'vitepress';
import { API, targetOf } from './paths.mts';

type Tokens = ReturnType<MarkdownRenderer['parse']>;
type Token = Tokens[number];

/** The anchor of a heading, as GitHub makes it. */
export function slugify(heading: string): string {
  return heading.trim().toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-');
}

/** Makes the pages, which are written for GitHub, pages of the site. VitePress also renders titles, which have no path. */
export function siteMarkdown(md: MarkdownRenderer): void {
  md.core.ruler.push('repository-links', state => {
    const { relativePath } = state.env as Partial<MarkdownEnv>;
    if (relativePath === undefined) {
      return;
    }
    inlineTokens(state.tokens).filter(({ type }) => type === 'link_open').forEach(token => {
      const href = token.attrGet('href') ?? '';
      if (!/^([a-z]+:|\/)/.test(href)) {
        token.attrSet('href', targetOf(relativePath, href));
      }
    });
  });
  md.core.ruler.push('api-links', state => {
    const { relativePath } = state.env as Partial<MarkdownEnv>;
    if (relativePath !== undefined && !relativePath.startsWith('reference/api/')) {
      linkTypes(state.tokens, (type, tag, nesting) => new state.Token(type, tag, nesting));
    }
  });
  // A wide table scrolls, so it must be within reach of the keyboard.
  md.renderer.rules.table_open = () => '<div class="table" tabindex="0" role="group" aria-label="Table"><table>\n';
  md.renderer.rules.table_close = () => '</table></div>\n';
}

function inlineTokens(tokens: Tokens): Token[] {
  return tokens.flatMap(({ children }) => children ?? []);
}

/** Makes the first mention of each type or member a link to the API reference, unless it stands in a heading or in a link. */
function linkTypes(tokens: Tokens, token: (type: string, tag: string, nesting: -1 | 1) => Token): void {
  const seen = new Set<string>();
  tokens.forEach((block, i) => {
    if (!block.children || tokens[i - 1]?.type === 'heading_open') {
      return;
    }
    let depth = 0;
    block.children = block.children.flatMap(child => {
      depth += child.type === 'link_open' ? 1 : child.type === 'link_close' ? -1 : 0;
      const target = child.type === 'code_inline' && depth === 0 ? apiTarget(child.content) : undefined;
      if (target === undefined || seen.has(target)) {
        return [child];
      }
      seen.add(target);
      const open = token('link_open', 'a', 1);
      open.attrSet('href', target);
      return [open, child, token('link_close', 'a', -1)];
    });
  });
}

/** The page of a type or member: `Mesh`, `Mesh.addCluster`, `MeshTrust.plain()`. */
function apiTarget(code: string): string | undefined {
  const [, type, member] = /^(\w+)(?:\.(\w+)(?:\([^)]*\))?)?$/.exec(code) ?? [];
  const members = Object.hasOwn(API.members, type ?? '') ? API.members[type] : undefined;
  if (!members || member && !members.includes(member.toLowerCase())) {
    return undefined;
  }
  return `/reference/api/${type}.md${member ? `#${member.toLowerCase()}` : ''}`;
}
