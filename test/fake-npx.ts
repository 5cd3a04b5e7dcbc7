import { chmodSync, mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { pathToFileURL } from 'url';

const ROOT = join(__dirname, '..');

/**
 * Puts an `npx` into a folder that runs the sources, so that commands of the documentation run as they stand there. Short keys keep the
 * tests fast, and are the only difference.
 * @returns the folder of the program, for PATH
 */
export function fakeNpx(home: string): string {
  const tsx = `"${process.execPath}" --import "${pathToFileURL(require.resolve('tsx')).href}"`;
  const command = join(home, 'istio-mesh.ts');
  writeFileSync(command, [
    `import { main } from ${JSON.stringify(join(ROOT, 'src', 'cli', 'main'))};`,
    'void main(process.argv.slice(2)).then(code => { process.exitCode = code; });',
    '',
  ].join('\n'));
  const bin = join(home, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'npx'), [
    '#!/bin/sh',
    `export TSX_TSCONFIG_PATH="${join(ROOT, 'examples', 'tsconfig.json')}"`,
    'case "$1 $2 $3" in',
    '"istio-mesh ca init" | "istio-mesh ca issue" | "istio-mesh ca renew" | "istio-mesh ca rotate-root")',
    `  shift; exec ${tsx} "${command}" "$@" --key-size 2048;;`,
    `"istio-mesh "*) shift; exec ${tsx} "${command}" "$@";;`,
    `"tsx "*) shift; exec ${tsx} "$@";;`,
    'esac',
    'exit 1',
    '',
  ].join('\n'));
  chmodSync(join(bin, 'npx'), 0o755);
  return bin;
}
