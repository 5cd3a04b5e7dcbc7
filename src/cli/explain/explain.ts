import { wayJson, worstOutcome } from './explain-json';
import { wayText } from './explain-text';
import { MeshError } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { problemText } from '../../errors/problem';
import { unreadableProblem } from '../../written/finding';
import { meshIn, WrittenMesh } from '../../written/mesh';
import { folderArgument, readFolder } from '../../written/read-folder';
import { untilStopped } from '../../written/way/step';
import { Way, wayOf } from '../../written/way/way';
import { colours } from '../terminal';

/** Options of `explain`. */
export interface ExplainOptions {
  readonly folders: string[];
  readonly output: string;
}

/**
 * Prints the way of a request, and returns the exit code: 1 where the request stops.
 * @throws MESH085 for a folder that cannot be read, MESH092 for a cluster, host or port that no file names
 */
export function explain(cluster: string, namespace: string, target: string, { folders, output }: ExplainOptions): number {
  const mesh = meshFor(folders);
  return printWay(writtenWay(mesh, cluster, namespace, target), output);
}

/** The mesh that folders describe. A document that cannot be read is told, since the object that it was to be is missing on the way. */
export function meshFor(folders: string[]): WrittenMesh {
  const mesh = meshIn(folders.map(folder => readFolder(folderArgument(folder))));
  mesh.unreadable.forEach(document => console.error(`warning: ${problemText(unreadableProblem(document))}`));
  return mesh;
}

/** The way of a request by the files, up to the step that stops it. */
export function writtenWay(mesh: WrittenMesh, cluster: string, namespace: string, target: string): Way {
  const asked = wayOf(mesh, { cluster, namespace, ...hostAndPort(target) });
  return { ...asked, first: untilStopped(asked.first) };
}

/** Prints a way, and returns the exit code. */
export function printWay(way: Way, output: string): number {
  console.log(output === 'json' ? JSON.stringify(wayJson(way), null, 2) : wayText(way, colours()));
  return worstOutcome(way.first) === 'stopped' ? 1 : 0;
}

/** The parts of a target such as `httpbin.bar.global:8000`. A URL is taken too, since people have it at hand. */
function hostAndPort(target: string): { readonly host: string; readonly port?: number } {
  const [, scheme, host, port] = /^(?:(https?):\/\/)?([A-Za-z0-9._-]+?)(?::(\d{1,5}))?(?:\/.*)?$/.exec(target) ?? [];
  if (host === undefined) {
    throw new MeshError({
      code: MeshErrorCode.NOT_IN_SIGHT,
      where: 'istio-mesh explain',
      what: 'this is no host',
      got: target,
      expected: 'HOST or HOST:PORT, such as httpbin.bar.global:8000',
      fix: 'write the host as the application does',
    });
  }
  if (port !== undefined) {
    return { host, port: Number(port) };
  }
  return scheme === 'https' ? { host, port: 443 } : { host };
}
