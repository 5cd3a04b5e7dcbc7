import { DeclaredExport, Declarations, ForeignManifest } from './declarations';
import { appliesAtHome, exportToOf, isPrivate, resolvedHost, wildcardsOf } from './rule-scope';

/** Rules of one namespace by their host. */
type RulesByHost = Map<string, ForeignManifest[]>;

/**
 * The DestinationRules of the user's own that an ingress gateway uses for an exported Service. Istio looks into the namespace of the
 * gateway, then into that of the Service, then into its root namespace, and takes the most specific host of the first namespace
 * that has one.
 */
export class GatewayRules {
  private readonly byNamespace = new Map<string, RulesByHost>();

  public constructor(private readonly declared: Declarations, clusterDomain: string) {
    // A rule with a workload selector is for pods of its own namespace that call, never for a gateway that passes on.
    for (const rule of declared.manifests('DestinationRule', 'networking.istio.io').filter(({ spec }) => !spec.workloadSelector)) {
      const { namespace = '' } = rule.metadata;
      const rules = this.byNamespace.get(namespace) ?? new Map<string, ForeignManifest[]>();
      const host = resolvedHost(rule.spec.host, rule, clusterDomain);
      rules.set(host, [...rules.get(host) ?? [], rule]);
      this.byNamespace.set(namespace, rules);
    }
  }

  /** Every rule for exactly the host of an exported Service, whether the gateway uses it or not. */
  public naming({ gatewayHost }: DeclaredExport): ForeignManifest[] {
    return [...this.byNamespace.values()].flatMap(rules => rules.get(gatewayHost) ?? []);
  }

  /** The rules for exactly the host of an exported Service in its own namespace. */
  public beside({ namespace, gatewayHost }: DeclaredExport): ForeignManifest[] {
    return this.byNamespace.get(namespace)?.get(gatewayHost) ?? [];
  }

  /** The rules that the gateway uses for an exported Service. */
  public usedFor(exported: DeclaredExport): ForeignManifest[] {
    const { namespace, gateway, gatewayHost } = exported;
    const { rootNamespace } = this.declared.istio;
    const isHome = gateway.namespace === rootNamespace ? isPrivate : appliesAtHome;
    const isExported = (rule: ForeignManifest) => isExportedTo(gateway.namespace, rule);
    const hasOwnRule = exported.versions.some(({ podLabels }) => podLabels !== undefined);
    const levels = [
      this.mostSpecific(gateway.namespace, gatewayHost, isHome),
      // The rule of this library names exactly the host, so rules with wildcards do not count beside it.
      hasOwnRule ? this.beside(exported).filter(isExported) : this.mostSpecific(namespace, gatewayHost, isExported),
      ...hasOwnRule ? [] : [this.mostSpecific(rootNamespace, gatewayHost, isExported)],
    ];
    return levels.find(rules => rules.length > 0) ?? [];
  }

  private mostSpecific(namespace: string, host: string, isSeen: (rule: ForeignManifest) => boolean): ForeignManifest[] {
    const rules = this.byNamespace.get(namespace);
    const seen = [host, ...wildcardsOf(host)].map(pattern => (rules?.get(pattern) ?? []).filter(isSeen));
    return seen.find(found => found.length > 0) ?? [];
  }
}

function isExportedTo(namespace: string, rule: ForeignManifest): boolean {
  const exportTo = exportToOf(rule);
  return !isPrivate(rule) && (exportTo.length === 0 || exportTo.includes('*') || exportTo.includes(namespace))
    || isPrivate(rule) && rule.metadata.namespace === namespace;
}
