/** Makes what is shipped of the compiled library: the last step of `npm run compile`. */
import { mkdirSync, rmSync, writeFileSync } from 'fs';
import { dirname, join } from 'path';
import { bundles, BUNDLES, ROOT } from './bundles';
import { removeInternalDeclarations } from './declarations';
import { LICENSES, licensesOf } from './licenses';

void main();

async function main(): Promise<void> {
  const folder = join(ROOT, BUNDLES);
  const { files, packages } = await bundles();
  rmSync(folder, { recursive: true, force: true });
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  writeFileSync(join(ROOT, LICENSES), licensesOf(packages));
  removeInternalDeclarations(join(ROOT, 'lib/src'), 'index.d.ts');
}
