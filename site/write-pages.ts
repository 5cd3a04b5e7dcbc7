/** Copies the documentation to where VitePress reads it. `docs/README.md` becomes the overview, beside a front page of the site. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { PAGES, ROOT } from './folders';

rmSync(PAGES, { recursive: true, force: true });
mkdirSync(PAGES, { recursive: true });
cpSync(join(ROOT, 'docs'), PAGES, { recursive: true, filter: path => !path.endsWith('.json') && !path.endsWith('schemas') });
writeFileSync(join(PAGES, 'overview.md'), `---\neditLink: false\n---\n${readFileSync(join(PAGES, 'README.md'), 'utf8')}`);
rmSync(join(PAGES, 'README.md'));
cpSync(join(__dirname, 'home.md'), join(PAGES, 'index.md'));
cpSync(join(__dirname, 'public'), join(PAGES, 'public'), { recursive: true });
