/** Writes files from ready texts: no program can write these files in less. Arguments: output folder, JSON file with texts by path. */
import { mkdirSync, readFileSync, writeFileSync } from 'fs';
import { dirname } from 'path';

const [outdir, textsFile] = process.argv.slice(2);
const texts: { readonly [path: string]: string } = JSON.parse(readFileSync(textsFile, 'utf8'));
new Set(Object.keys(texts).map(path => dirname(path))).forEach(folder => mkdirSync(`${outdir}/${folder}`, { recursive: true }));
for (const path in texts) {
  writeFileSync(`${outdir}/${path}`, texts[path]);
}
