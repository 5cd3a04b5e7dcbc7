import type { DefaultTheme } from 'vitepress';
import { API, INDEX } from './paths.mts';

type Item = DefaultTheme.SidebarItem;

/** The sidebar of the documentation: the headings, subjects and links of docs/README.md, in its order. */
export function docsSidebar(): Item[] {
  const groups: Item[] = [];
  for (const line of INDEX.split('\n')) {
    const heading = /^## (.*)$/.exec(line)?.[1];
    const subject = /^(\S.*):$/.exec(line)?.[1];
    const [, text, path] = /^- \[([^\]]*)\]\(([^)]*)\.md\)/.exec(line) ?? [];
    const group = groups[groups.length - 1];
    if (heading) {
      groups.push({ text: heading, items: [] });
    } else if (subject && group) {
      group.items!.push({ text: subject, items: [], collapsed: false });
    } else if (text && group) {
      const last = group.items![group.items!.length - 1];
      (last?.items ?? group.items!).push({ text, link: `/${path}` });
    }
  }
  return [...groups, { text: 'API reference', items: [{ text: 'All types', link: '/reference/api/' }] }];
}

/** The sidebar of the API reference: the subjects of src/index.ts. */
export function apiSidebar(): Item[] {
  return [
    { text: 'API reference', items: [{ text: 'All types', link: '/reference/api/' }, { text: 'Documentation', link: '/overview' }] },
    ...API.subjects.map(({ title, types }) => ({
      text: title, collapsed: true, items: types.map(type => ({ text: type, link: `/reference/api/${type}` })),
    })),
  ];
}
