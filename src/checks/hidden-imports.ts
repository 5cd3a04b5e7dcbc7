import { objectsIn, textsIn } from './content';
import { DeclaredImport, Declarations, ForeignManifest, indexed } from './declarations';
import { coversHost, placeOf } from './rule-scope';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/**
 * A Sidecar that hides an import from every pod of its namespace: its `hosts` leave the importing namespace out, so callers do not
 * find the imported host. A Sidecar without a workload selector in the root namespace is for each namespace that has none.
 */
export function hiddenImports(declared: Declarations): Problem[] {
  const sidecars = declared.imports.length === 0 ? [] : declared.manifests('Sidecar', 'networking.istio.io');
  if (sidecars.length === 0) {
    return [];
  }
  const byNamespace = indexed(sidecars, ({ metadata }) => metadata.namespace ?? '');
  const isForAll = ({ spec }: ForeignManifest) => spec.workloadSelector === undefined;
  return declared.imports.flatMap(imported => {
    const own = byNamespace.get(imported.namespace) ?? [];
    const inherited = own.some(isForAll) ? [] : (byNamespace.get(declared.istio.rootNamespace) ?? []).filter(isForAll);
    const [hiding] = [...own, ...inherited].filter(isForAll);
    // Pods that a Sidecar with a selector is for may see the import.
    return hiding === undefined || [...own, ...inherited].some(sidecar => shows(sidecar, imported)) ? [] : [problemOf(imported, hiding)];
  });
}

function problemOf({ service, namespace }: DeclaredImport, sidecar: ForeignManifest): Problem {
  return {
    code: MeshErrorCode.HIDDEN_IMPORT,
    where: placeOf('Sidecar', sidecar),
    path: sidecar.path,
    what: `the Sidecar hides ${service.host} from namespace '${namespace}', which imports it`,
    got: objectsIn(sidecar.spec.egress).flatMap(({ hosts }) => textsIn(hosts)),
    expected: 'hosts that include "./*", or the host',
    fix: `add "./${service.host}" to the hosts of an egress listener of the Sidecar`,
  };
}

/** Whether a Sidecar shows an import to pods of its namespace. Without egress listeners it shows everything. */
function shows({ spec }: ForeignManifest, { service, namespace }: DeclaredImport): boolean {
  const listeners = objectsIn(spec.egress);
  const isFor = (prefix: string) => prefix === '*' || prefix === namespace || prefix === '.';
  return listeners.length === 0 || listeners.some(listener => {
    const matching = textsIn(listener.hosts).map(host => [host.slice(0, host.indexOf('/')), host.slice(host.indexOf('/') + 1)])
      .filter(([, name]) => coversHost(name, service.host));
    const isExcluded = matching.some(([prefix]) => prefix.startsWith('~') && isFor(prefix.slice(1) || '*'));
    const hasPort = listener.port?.number === undefined || service.ports.some(({ port }) => port === listener.port.number);
    return hasPort && !isExcluded && matching.some(([prefix]) => isFor(prefix));
  });
}
