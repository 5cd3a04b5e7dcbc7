import { join } from 'path';

/** The root of the project. */
export const ROOT = join(__dirname, '..');

/** The pages that VitePress reads. Both commands that write into it are run by `npm run site`. */
export const PAGES = join(__dirname, 'pages');

/** The folder of the API reference, by its path within the pages. */
export const API = 'reference/api';

/** What the site shows beside the pages: the types that have a page, by the path of the page. */
export const API_TYPES = join(__dirname, 'pages', 'api-types.json');
