import { execFileSync } from 'child_process';
import { BUNDLES, ROOT } from './bundles';
import { LICENSES } from './licenses';

/** Limits of what an installation takes, in bytes. */
export const LIMITS = { own: 2_000_000, all: 7_000_000 };

/** Bytes of the files that npm would pack. */
export interface Size {
  readonly packed: number;
  /** Files of the project itself. */
  readonly own: number;
  /** These, and the code of other packages. */
  readonly all: number;
  readonly files: string[];
}

/** Measures what npm would pack now. */
export function packedSize(): Size {
  const printed = execFileSync('npm', ['pack', '--dry-run', '--json', '--loglevel=error'], { cwd: ROOT, encoding: 'utf8' });
  const [{ size, files }] = JSON.parse(printed) as [{ size: number; files: Array<{ path: string; size: number }> }];
  const others = files.filter(({ path }) => path === LICENSES || path.startsWith(`${BUNDLES}/third-party/`));
  const all = sum(files);
  return { packed: size, all, own: all - sum(others), files: files.map(({ path }) => path) };
}

/** The sizes as a line. */
export function sizeText({ packed, own, all, files }: Size): string {
  return `${megabytes(own)} of its own (at most ${megabytes(LIMITS.own)}), ${megabytes(all)} with all packages (at most `
    + `${megabytes(LIMITS.all)}), in ${files.length} files; ${megabytes(packed)} to download`;
}

function sum(files: Array<{ readonly size: number }>): number {
  return files.reduce((total, { size }) => total + size, 0);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(2)} MB`;
}
