import { GATEWAY_ADDRESS, GatewayAddress, refuseRepeatedGateways } from './gateway-address';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { checkedLocality, dnsLabel, dnsName, labels } from '../names';
import { list, mapOf, text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

/** Cluster that exports a service: public facts that an importer needs. */
export interface ExportingCluster {
  /** Name of the cluster. */
  readonly cluster: string;

  /** Addresses of the ingress gateway of the cluster; at least one. */
  readonly gateways: GatewayAddress[];

  /**
   * Locality of the cluster as region, region/zone or region/zone/subzone.
   * @default - unknown; no exporter is preferred
   */
  readonly locality?: string;

  /**
   * Service account of the pods of the service: callers then accept no other identity.
   * @default - callers accept any server of the mesh
   */
  readonly serviceAccount?: string;

  /**
   * Trust domain of the cluster.
   * @default "cluster.local"
   */
  readonly trustDomain?: string;

  /**
   * Versions (subsets) of the service in the cluster.
   * @default - none; importers cannot route by version
   */
  readonly versions?: string[];

  /**
   * Labels of the pods of a version, by its name, for imports under the local name.
   * @default - the label `version` with the name of the version
   */
  readonly versionLabels?: { [version: string]: { [key: string]: string } };

  /**
   * Labels of the pods of the service, for imports under the local name.
   * @default - unknown: such an import names the selector of the Service
   */
  readonly workloadSelector?: { [key: string]: string };

  /**
   * Name of the Service that the gateway opens, part of the SNI, where the export limits its ports (`onlyExportedPorts`).
   * @default - the exported Service itself
   */
  readonly gatewayService?: string;
}

export const EXPORTING_CLUSTER = schema<ExportingCluster>({
  cluster: required(text),
  gateways: required(list(GATEWAY_ADDRESS)),
  locality: optional(text),
  serviceAccount: optional(text),
  trustDomain: optional(text),
  versions: optional(list(text)),
  versionLabels: optional(mapOf(mapOf(text))),
  workloadSelector: optional(mapOf(text)),
  gatewayService: optional(text),
});

/** The labels of the pods of a version. */
export function labelsOfVersion(version: string, exporters: ExportingCluster[]): { [key: string]: string } {
  const ofVersion = exporters.flatMap(({ versionLabels = {} }) => Object.entries(versionLabels)).find(([name]) => name === version);
  return ofVersion?.[1] ?? { version };
}

/** Whether a gateway of a cluster is known by a hostname. */
export function hasHostname({ gateways }: ExportingCluster): boolean {
  return gateways.some(({ isHostname }) => isHostname);
}

/** Versions that at least one of the exporters has, by name. */
export function versionsOf(exporters: ExportingCluster[]): string[] {
  // Every import of a large mesh calls this function, and most services have no versions.
  if (!exporters.some(exporter => exporter.versions?.length)) {
    return [];
  }
  return [...new Set(exporters.flatMap(exporter => exporter.versions ?? []))].sort();
}

/** Exporters that have a version. */
export function exportersOf(version: string, exporters: ExportingCluster[]): ExportingCluster[] {
  return exporters.filter(exporter => exporter.versions?.includes(version));
}

/**
 * Throws when an exporter is listed twice, when exporters open different Services for one host, or when only some exporters have a
 * service account: importers could then not pin the identity of the server.
 */
export function refuseContradictions(exporters: ExportingCluster[], where: string): void {
  const names = exporters.map(exporter => exporter.cluster);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new MeshError({
      code: MeshErrorCode.DUPLICATE,
      where,
      what: 'an exporter is listed twice',
      got: twice,
      fix: 'list all gateways of a cluster in one entry',
    });
  }
  const gatewayServices = [...new Set(exporters.map(({ gatewayService }) => gatewayService))];
  if (gatewayServices.length > 1) {
    throw new MeshError({
      code: MeshErrorCode.EXPORTERS_DISAGREE,
      where,
      what: 'exporters open different Services for one host, and callers send one SNI',
      got: exporters.map(({ cluster, gatewayService }) => `${cluster}: ${gatewayService ?? 'the exported Service'}`),
      fix: 'name the same gatewayService for each exporter, or none',
    });
  }
  const pinned = exporters.filter(exporter => exporter.serviceAccount !== undefined).map(exporter => exporter.cluster);
  if (pinned.length !== 0 && pinned.length !== exporters.length) {
    throw new MeshError({
      code: MeshErrorCode.EXPORTERS_DISAGREE,
      where,
      what: 'only some exporters declare a service account',
      got: pinned,
      expected: names.join(', '),
      fix: 'declare serviceAccount for each exporter, or for none',
    });
  }
}

/** Returns the exporter, or throws when a part of it is invalid. */
export function checkedExporter(exporter: ExportingCluster, where: string): ExportingCluster {
  dnsLabel(exporter.cluster, 'cluster name', where);
  if (exporter.serviceAccount !== undefined) {
    dnsName(exporter.serviceAccount, 'service account', where);
  }
  if (exporter.trustDomain !== undefined) {
    dnsName(exporter.trustDomain, 'trust domain', where);
  }
  if (exporter.locality !== undefined) {
    checkedLocality(exporter.locality, where);
  }
  if (exporter.gatewayService !== undefined) {
    dnsLabel(exporter.gatewayService, 'gateway Service', where);
  }
  exporter.versions?.forEach(version => dnsLabel(version, 'version', where));
  if (exporter.workloadSelector !== undefined) {
    labels(exporter.workloadSelector, 'workloadSelector', where);
  }
  Object.entries(exporter.versionLabels ?? {}).forEach(([version, podLabels]) => labels(podLabels, `versionLabels of ${version}`, where));
  if (exporter.gateways.length === 0) {
    throw new MeshError({
      code: MeshErrorCode.EMPTY,
      where,
      what: `cluster '${exporter.cluster}' has no gateway address`,
      fix: 'add gateways: [GatewayAddress.of("203.0.113.10")]',
    });
  }
  refuseRepeatedGateways(exporter.gateways, where);
  return exporter;
}
