import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'fs';
import { createServer, Server } from 'http';
import { AddressInfo } from 'net';
import { extname, join, relative } from 'path';

const TYPES: { readonly [ending: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

/** Serves the files of a folder on a port of this machine. */
export function serveFolder(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://site').pathname);
    const file = join(folder, path.endsWith('/') ? `${path}index.html` : path);
    if (relative(folder, file).startsWith('..') || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  });
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

export function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The HTML pages of a folder, by their path on the site. */
export function htmlPages(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.html')).sort();
  return new Map(files.map(file => [`/${file}`, readFileSync(join(folder, file), 'utf8')]));
}

/** What a browser finds in a page: where its links lead, and which anchors it has. */
export interface PageLinks {
  readonly hrefs: string[];
  readonly ids: string[];
}

/**
 * The links within a site that lead nowhere, as "page -> link".
 * @param links the links and anchors of each page, by its path
 * @param hasFile whether the site has another file of a path
 */
export function deadLinks(links: Map<string, PageLinks>, hasFile: (path: string) => boolean): string[] {
  return [...links].flatMap(([page, { hrefs }]) => hrefs.filter(href => {
    const { pathname, hash, host } = new URL(href, `http://site${page}`);
    const path = decodeURIComponent(pathname).replace(/\/$/, '/index.html');
    if (host !== 'site') {
      return false;
    }
    const target = links.get(path);
    return target ? hash !== '' && !target.ids.includes(decodeURIComponent(hash.slice(1))) : !hasFile(path);
  }).map(href => `${page} -> ${href}`));
}
