import { defineConfig } from 'vitepress';
import { siteMarkdown, slugify } from './markdown.mts';
import { REPOSITORY } from './paths.mts';
import { apiSidebar, docsSidebar } from './sidebar.mts';

export default defineConfig({
  title: 'cdk8s-istio-multicluster',
  description: 'Istio replicated control planes as typed cdk8s constructs: declare the mesh once, get one folder of manifests per cluster.',
  lang: 'en',
  srcDir: 'pages',
  outDir: 'dist',
  // Where the site is not at the root of its host: SITE_BASE=/path/ npm run site
  base: process.env.SITE_BASE ?? '/',
  head: [['link', { rel: 'icon', href: `${process.env.SITE_BASE ?? '/'}logo.svg`, type: 'image/svg+xml' }]],
  markdown: {
    // The pages have no HTML. What looks like it, such as <cluster>, is text.
    html: false,
    anchor: { slugify },
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config: siteMarkdown,
  },
  themeConfig: {
    logo: { src: '/logo.svg', alt: '' },
    siteTitle: 'istio-multicluster',
    search: {
      provider: 'local',
      // A code such as MESH045 is found as it is written, and not with all codes that differ by a digit.
      options: {
        miniSearch: { searchOptions: { fuzzy: term => /\d/.test(term) ? false : 0.2, prefix: true, boost: { title: 4, text: 2, titles: 1 } } },
      },
    },
    nav: [
      { text: 'Documentation', link: '/overview', activeMatch: '^/(?!reference/api/|reference/error-codes|$)' },
      { text: 'API', link: '/reference/api/', activeMatch: '^/reference/api/' },
      { text: 'Error codes', link: '/reference/error-codes' },
      { text: 'Changelog', link: `${REPOSITORY}/blob/main/CHANGELOG.md` },
    ],
    sidebar: { '/reference/api/': apiSidebar(), '/': docsSidebar() },
    outline: { level: [2, 3] },
    socialLinks: [{ icon: 'github', link: REPOSITORY, ariaLabel: 'Repository' }],
    editLink: { text: 'Edit this page', pattern: `${REPOSITORY}/edit/main/docs/:path` },
    footer: { message: 'Apache License 2.0' },
  },
});
