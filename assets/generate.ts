/** Bundles the script of the page of `istio-mesh graph` from browser/, and writes it beside this file: `npm run page`. */
import { writeFileSync } from 'fs';
import { join } from 'path';
import { buildSync } from 'esbuild';

const ROOT = join(__dirname, '..');

/** The script as one text. Its sources are readable, and the text is small. */
export function pageScript(): string {
  const [file] = buildSync({
    entryPoints: [join(ROOT, 'browser', 'main.ts')],
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    charset: 'ascii',
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 140,
    tsconfig: join(ROOT, 'browser', 'tsconfig.json'),
    logLevel: 'silent',
  }).outputFiles;
  return file.text;
}

if (require.main === module) {
  writeFileSync(join(__dirname, 'graph.js'), pageScript());
}
