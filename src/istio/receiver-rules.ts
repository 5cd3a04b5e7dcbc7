import { Construct } from 'constructs';
import { ApiVersions, istioObject } from './istio-object';
import type { DestinationRuleSpec } from './wire';
import type { ExportModel } from '../model/export-model';
import { localHost } from '../names';

/**
 * Rules beside an exported workload, the same in every generation but for their API version. Their names carry a prefix,
 * so they never overwrite a rule of the user's own; the dot in it keeps them apart from the entries of imports.
 */
const PREFIX = 'mesh.';

/** The subsets behind the versions of an export: the gateway opens one filter chain for each. */
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
    host: localHost(model),
    ...trafficPolicy && { trafficPolicy },
    subsets,
  }));
}

/** A workload that rules are for, by the labels of its pods. */
export interface WorkloadModel {
  readonly name: string;
  readonly namespace: string;
  readonly selector: { [key: string]: string };
}

/**
 * Only these principals can call a workload. The gateway passes TLS on without authorization, so the rule stands at the
 * workload.
 */
export function emitAllowCallers(scope: Construct, api: ApiVersions, workload: WorkloadModel, principals: string[]): void {
  istioObject(scope, 'allow', api, 'AuthorizationPolicy', { name: PREFIX + workload.name, namespace: workload.namespace }, () => ({
    selector: { matchLabels: workload.selector },
    action: 'ALLOW',
    rules: [{ from: [{ source: { principals } }] }],
  }));
}

/** A workload accepts nothing but mutual TLS. */
export function emitStrictMtls(scope: Construct, api: ApiVersions, workload: WorkloadModel): void {
  istioObject(scope, 'strict-mtls', api, 'PeerAuthentication', { name: PREFIX + workload.name, namespace: workload.namespace }, () => ({
    selector: { matchLabels: workload.selector },
    mtls: { mode: 'STRICT' },
  }));
}

/**
 * Every workload of a cluster accepts nothing but mutual TLS: Istio applies the rule "default" of its root namespace to the
 * whole cluster.
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
