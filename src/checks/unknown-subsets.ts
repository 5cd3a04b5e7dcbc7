import { objectAt, objectsIn } from './content';
import { DeclaredImport, Declarations, ForeignManifest, indexed } from './declarations';
import { placeOf, resolvedHost } from './rule-scope';
import { isVisibleIn } from './visibility';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { versionsOf } from '../model/exporting-cluster';

/** A destination of a VirtualService, as far as this check reads it. */
interface Destination {
  readonly host?: unknown;
  readonly subset?: unknown;
}

/**
 * A VirtualService of the user's own that sends or mirrors requests to a subset that no rule for the imported host defines. Envoy
 * has no such cluster, and answers 503, or drops the copy.
 */
export function unknownSubsets(declared: Declarations): Problem[] {
  if (declared.imports.length + declared.localImports.length === 0) {
    return [];
  }
  const [first] = [...declared.localImports, ...declared.imports];
  const clusterDomain = first.service.clusterDomain;
  const subsets = new KnownSubsets(declared, clusterDomain);
  return declared.manifests('VirtualService', 'networking.istio.io').flatMap(virtualService => {
    const named = destinationsOf(virtualService).filter(({ subset }) => subset !== undefined && subset !== '');
    const wanted = new Map(named.map(destination => [`${destination.host} ${destination.subset}`, destination]));
    return [...wanted.values()].flatMap(({ host, subset }) => {
      const known = subsets.of(resolvedHost(host, virtualService, clusterDomain), virtualService);
      if (known === undefined || known.includes(String(subset))) {
        return [];
      }
      return [{
        code: MeshErrorCode.ROUTING,
        where: placeOf('VirtualService', virtualService),
        path: virtualService.path,
        what: `a subset of ${host} that no rule defines`,
        got: subset,
        expected: known.length > 0 ? `one of ${known.join(', ')}` : 'no subset: no exporter declares versions',
        fix: 'correct the name, or declare the version where the service is exported',
      }];
    });
  });
}

/** Subsets of imported hosts: the versions of the exporters, and what rules of the user's own add. */
class KnownSubsets {
  private readonly rules: Map<string, ForeignManifest[]>;
  private readonly locals: Map<string, string[]>;

  public constructor(private readonly declared: Declarations, clusterDomain: string) {
    const rules = declared.manifests('DestinationRule', 'networking.istio.io');
    this.rules = indexed(rules, rule => resolvedHost(rule.spec.host, rule, clusterDomain));
    this.locals = new Map(declared.localImports.map(({ localHost, exporters }) => [localHost, versionsOf(exporters)]));
  }

  /** The subsets of a host that a VirtualService can name; undefined where it routes no import of the host. */
  public of(host: string, virtualService: ForeignManifest): string[] | undefined {
    const imports = this.declared.importsOf(host).filter(({ isScoped, namespace }) => !isScoped || isVisibleIn(namespace, virtualService));
    const local = this.locals.get(host);
    if (imports.length === 0 && local === undefined) {
      return undefined;
    }
    const added = (this.rules.get(host) ?? []).flatMap(({ spec }) => objectsIn(spec.subsets)).map(({ name }) => String(name));
    return [...new Set([...imports.flatMap(versionsOfImport), ...local ?? [], ...added])].sort();
  }
}

function versionsOfImport({ exporters, ownExporter }: DeclaredImport): string[] {
  return versionsOf(ownExporter ? [...exporters, ownExporter] : exporters);
}

/** Every destination that a VirtualService names, those of mirrors too. */
function destinationsOf({ spec }: ForeignManifest): Destination[] {
  const http = objectsIn(spec.http);
  const routes = [...http, ...objectsIn(spec.tcp), ...objectsIn(spec.tls)].flatMap(({ route }) => objectsIn(route));
  const mirrors = http.flatMap(({ mirrors: several }) => objectsIn(several));
  return [...[...routes, ...mirrors].map(({ destination }) => destination), ...http.map(({ mirror }) => mirror)].map(objectAt);
}
