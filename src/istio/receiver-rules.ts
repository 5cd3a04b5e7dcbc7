import { Construct } from 'constructs';
import { ApiVersions, istioObject } from './istio-object';
import type { DestinationRuleSpec } from './wire';
import type { ExportModel } from '../model/export-model';

/**
 * Prefix of the names of rules for an exported workload, so that they never overwrite a rule of the user. Its dot keeps the names
 * apart from those of imports, which have no dot.
 */
const PREFIX = 'mesh.';

/** Adds a DestinationRule with a subset for each version of an export. The gateway opens one filter chain for each subset. */
export function emitVersions(
  scope: Construct,
  api: ApiVersions,
  model: ExportModel,
  trafficPolicy?: DestinationRuleSpec['trafficPolicy'],
): void {
  const subsets = model.versions.flatMap(({ name, podLabels }) => podLabels ? [{ name, labels: podLabels }] : []);
  if (subsets.length === 0) {
    return;
  }
  istioObject(scope, 'versions', api, 'DestinationRule', { name: PREFIX + model.name, namespace: model.namespace }, () => ({
    host: model.gatewayHost,
    ...trafficPolicy && { trafficPolicy },
    subsets,
  }));
}

/** Workload that a rule selects, by the labels of its pods. */
export interface WorkloadModel {
  readonly name: string;
  readonly namespace: string;
  readonly selector: { [key: string]: string };
}

/**
 * Adds a rule by which only the principals can call a workload. The rule is at the workload, because the gateway passes TLS on
 * without authorization.
 */
export function emitAllowCallers(scope: Construct, api: ApiVersions, workload: WorkloadModel, principals: string[]): void {
  istioObject(scope, 'allow', api, 'AuthorizationPolicy', { name: PREFIX + workload.name, namespace: workload.namespace }, () => ({
    selector: { matchLabels: workload.selector },
    action: 'ALLOW',
    rules: [{ from: [{ source: { principals } }] }],
  }));
}

/** Adds a rule by which a workload accepts nothing but mutual TLS. */
export function emitStrictMtls(scope: Construct, api: ApiVersions, workload: WorkloadModel): void {
  istioObject(scope, 'strict-mtls', api, 'PeerAuthentication', { name: PREFIX + workload.name, namespace: workload.namespace }, () => ({
    selector: { matchLabels: workload.selector },
    mtls: { mode: 'STRICT' },
  }));
}

/**
 * Adds a rule by which every workload of a cluster accepts nothing but mutual TLS: Istio applies the rule "default" of its root
 * namespace to the whole cluster.
 */
export function emitStrictMtlsForCluster(scope: Construct, api: ApiVersions, rootNamespace: string): void {
  istioObject(
    scope,
    'strict-mtls',
    api,
    'PeerAuthentication',
    { name: 'default', namespace: rootNamespace },
    () => ({ mtls: { mode: 'STRICT' } }),
  );
}
