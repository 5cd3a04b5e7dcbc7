import { Construct } from 'constructs';
import { localHost } from '../names';
import type { ExportModel, WorkloadModel } from './dialect';
import { ApiVersions, istioObject } from './istio-object';
import type { DestinationRuleSpec } from './wire';

/**
 * Rules beside an exported workload, the same in every generation but for their API version. Their names carry a prefix,
 * so they never overwrite a rule of the user's own; the dot in it keeps them apart from the entries of imports.
 */
const PREFIX = 'mesh.';

/** The subsets behind the versions of an export: the gateway opens one filter chain for each. */
export function emitVersions(scope: Construct, api: ApiVersions, model: ExportModel, trafficPolicy?: DestinationRuleSpec['trafficPolicy']): void {
  const subsets = model.versions.flatMap(({ name, podLabels }) => podLabels ? [{ name, labels: podLabels }] : []);
  if (subsets.length === 0) {return;}
  istioObject(scope, 'versions', api, 'DestinationRule', { name: PREFIX + model.name, namespace: model.namespace }, () => ({
    host: localHost(model),
    ...trafficPolicy && { trafficPolicy },
    subsets,
  }));
}

/** Lets these principals call a workload, and nobody else: the gateway passes TLS on without authorization, so it must happen here. */
export function emitAllowCallers(scope: Construct, api: ApiVersions, workload: WorkloadModel, principals: string[]): void {
  istioObject(scope, 'allow', api, 'AuthorizationPolicy', { name: PREFIX + workload.name, namespace: workload.namespace }, () => ({
    selector: { matchLabels: workload.selector },
    action: 'ALLOW',
    rules: [{ from: [{ source: { principals } }] }],
  }));
}

/** Refuses plain text at a workload, or in the whole cluster when there is no selector. */
export function emitStrictMtls(
  scope: Construct, api: ApiVersions, place: { readonly name: string; readonly namespace: string; readonly selector?: { [key: string]: string } },
): void {
  const { selector, namespace } = place;
  // Istio takes the rule named "default" without a selector in its root namespace for the whole mesh of the cluster.
  const name = selector ? PREFIX + place.name : place.name;
  istioObject(scope, 'strict-mtls', api, 'PeerAuthentication', { name, namespace }, () => ({
    ...selector && { selector: { matchLabels: selector } },
    mtls: { mode: 'STRICT' },
  }));
}
