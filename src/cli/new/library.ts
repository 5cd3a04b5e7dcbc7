import { readFileSync } from 'fs';
import { gunzipSync } from 'zlib';
import { MeshError } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { withFileErrors } from '../../files/file-errors';
import { LIBRARY } from '../../objects/common-metadata';
import { isRecord } from '../../options/kind';
import { version } from '../package-version';

/** Version of a build that was never published. */
const UNPUBLISHED = '0.0.0';

/** Size of the blocks of a tar file. */
const BLOCK = 512;

/** How a new repository depends on this package. */
export interface Library {
  /** What package.json of the new repository says. */
  readonly specifier: string;
  /** Tarball that the new repository holds, and the path of its copy there; undefined where npm takes the package from a registry. */
  readonly tarball?: { readonly source: string; readonly file: string };
}

/**
 * The version of this package, from the registry.
 * @throws MESH112 for a version that was never published, which npm could not install
 */
export function publishedLibrary(): Library {
  const own = version();
  if (own !== UNPUBLISHED) {
    return { specifier: own };
  }
  throw new MeshError({
    code: MeshErrorCode.UNPUBLISHED,
    where: 'istio-mesh new',
    what: 'this build of the package is in no registry, so npm could not install it in the new repository',
    got: own,
    fix: `write the tarball by "npm pack", and pass it: --package ${LIBRARY}-${own}.tgz`,
  });
}

/**
 * A tarball of this package, which the new repository holds a copy of: so `npm ci` works in each clone of it.
 * @throws MESH111 for a file that is not this version of this package, MESH055 for one that cannot be read
 */
export function tarballLibrary(source: string): Library {
  const content = withFileErrors(source, () => readFileSync(source));
  const found = packageIn(content);
  const own = `${LIBRARY} ${version()}`;
  if (found === own) {
    const file = `vendor/${LIBRARY}-${version()}.tgz`;
    return { specifier: `file:${file}`, tarball: { source, file } };
  }
  throw new MeshError({
    code: MeshErrorCode.NOT_THIS_PACKAGE,
    where: source,
    what: found === undefined ? 'the file is no tarball of npm' : 'the tarball is that of another package or version',
    ...found !== undefined && { got: found },
    expected: own,
    fix: 'pass the file that "npm pack" writes for this version of the package',
  });
}

/** Name and version in package.json of a tarball; undefined for a file that is none. */
function packageIn(content: Buffer): string | undefined {
  try {
    const archive = gunzipSync(content);
    for (let at = 0; at + BLOCK <= archive.length;) {
      const field = (from: number, to: number) => archive.toString('utf8', at + from, at + to).replace(/\0.*$/s, '');
      const size = Number.parseInt(field(124, 136), 8) || 0;
      if (field(0, 100) === 'package/package.json') {
        const found: unknown = JSON.parse(archive.toString('utf8', at + BLOCK, at + BLOCK + size));
        return isRecord(found) ? `${String(found.name)} ${String(found.version)}` : undefined;
      }
      at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    }
  } catch { /* not compressed, or not JSON */ }
  return undefined;
}
