import type { LiveCluster } from './live-cluster';
import { PROXY } from './proxy';
import { MeshError } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { isDnsName } from '../../names';
import type { Finding } from '../../written/finding';
import { GlobalImport, importsOf, LocalImport } from '../../written/imports';
import type { WrittenMesh } from '../../written/mesh';

/** Pod that calls, as a user names it. */
export interface Caller {
  readonly cluster: string;
  readonly namespace: string;
  readonly pod: string;
  /** Container of the application; the first one that is no sidecar otherwise. */
  readonly container?: string;
}

/**
 * Calls a URL, and prints the status code, the address and the exit code of curl. The URL is an argument, never a part of the script. Where
 * there is no curl, the name alone is looked up.
 */
const CALL = 'if command -v curl > /dev/null; then curl -s -o /dev/null -m 5 -w "%{http_code} %{remote_ip}" "$1"; echo " curl=$?"; '
  + 'elif command -v getent > /dev/null; then getent hosts "$2" > /dev/null; echo "- - getent=$?"; else echo "- - none"; fi';

/** Protocols of ports that answer a plain request. */
const HTTP = /^(http|http2|grpc|grpc-web)$/i;

/** Exit code of curl for a name that does not resolve. */
const NOT_RESOLVED = 'curl=6';

/**
 * Reads a pod that `--from` names.
 * @throws MESH106 for another text
 */
export function callerArgument(text: string): Caller {
  const [cluster, namespace, pod, container, ...rest] = text.split('/');
  if (rest.length === 0 && pod !== undefined && [cluster, namespace, pod, container ?? 'app'].every(isDnsName)) {
    return { cluster, namespace, pod, container };
  }
  throw new MeshError({
    code: MeshErrorCode.CLUSTER_ACCESS,
    where: '--from',
    what: 'this names no pod',
    got: text,
    expected: 'CLUSTER/NAMESPACE/POD or CLUSTER/NAMESPACE/POD/CONTAINER',
    fix: 'name a pod whose image has curl, and the container of the application',
  });
}

/**
 * Calls each import that a pod sees, from within the pod.
 * @throws NoAccess where the command cannot run
 */
export async function callerFindings(mesh: WrittenMesh, cluster: LiveCluster, caller: Caller): Promise<Finding[]> {
  const { namespace, pod: name } = caller;
  const where = `${cluster.name}, pod ${namespace}/${name}`;
  const pod = (await cluster.podsIn(namespace)).find(candidate => candidate.name === name);
  if (pod === undefined) {
    return [finding(where, { what: 'no ready pod has this name', fix: 'name another pod with --from' })];
  }
  const container = caller.container ?? pod.containers.find(candidate => ![PROXY, 'istio-init', 'istio-validation'].includes(candidate));
  const place = { namespace, pod: name, container: container ?? PROXY };
  const imports = importsOf(mesh, cluster.written).filter(imported => imported.namespace === namespace);
  const calls = imports.flatMap(imported => (
    imported.ports.filter(port => isHttp(imported, port)).map(({ number }) => ({ imported, number }))
  ));
  const results = [];
  for (const { imported, number } of calls) {
    const url = `http://${imported.host}:${number}/`;
    const answer = (await cluster.kubectl.exec(place, 'sh', '-c', CALL, 'sh', url, imported.host)).trim();
    results.push(...judged(`${where}, ${imported.host}:${number}`, answer));
  }
  return results;
}

function judged(where: string, answer: string): Finding[] {
  const [code, , exit] = answer.split(' ');
  if (exit === NOT_RESOLVED || /^getent=[^0]/.test(exit ?? '')) {
    return [finding(where, {
      what: 'the name does not resolve in the pod',
      got: exit,
      expected: 'a VIP of the import',
      fix: 'see whether the pod has a sidecar that captures DNS; restart pods that are older than the setting',
    })];
  }
  if (exit === 'none' || exit === undefined) {
    const what = 'the image has neither curl nor getent';
    return [{ ...finding(where, { what, fix: 'name another pod or container' }), severity: 'warning' }];
  }
  const isAnswered = code === '-' || /^[1-5]\d\d$/.test(code) && code !== '503';
  return isAnswered ? [] : [finding(where, {
    what: 'the pod gets no answer of the service',
    got: code === '000' ? exit : `status ${code}`,
    expected: 'a status of the service',
    fix: 'run istio-mesh explain --live for the host: it shows the step that stops the request',
  })];
}

/** Whether a port answers a plain request. A Service, which a local name is for, has the protocol in the name of its port. */
function isHttp({ kind }: GlobalImport | LocalImport, { name, protocol }: GlobalImport['ports'][number]): boolean {
  return HTTP.test(protocol) || kind === 'local' && protocol === 'TCP' && HTTP.test(name.split('-')[0]);
}

function finding(where: string, parts: Pick<Finding, 'what' | 'got' | 'expected' | 'fix'>): Finding {
  return { severity: 'error', code: MeshErrorCode.LIVE_WAY, where, ...parts };
}
