import type { ServiceEntryEndpoint } from './wire';
import type { GatewayAddress } from '../model/gateway-address';
import { ExportingCluster, versionsOf } from '../model/remote-service';

/** An exporter's gateway, with the exporter that it belongs to. */
export interface ExporterGateway {
  readonly exporter: ExportingCluster;
  readonly gateway: GatewayAddress;
}

/** Every gateway address behind which a service is found, in the order of cluster names. */
export function gatewaysOf(exporters: ExportingCluster[]): ExporterGateway[] {
  return exporters.flatMap(exporter => exporter.gateways.map(gateway => ({ exporter, gateway })));
}

/** What decides among several endpoints of an entry. */
export interface EndpointRanks {
  /** Labels of the endpoints of a cluster. */
  readonly labelsOf: (cluster: string) => { [key: string]: string };
  /** Weight of one endpoint of a cluster; undefined for Istio's own. */
  readonly weightOf: (exporter: ExportingCluster) => number | undefined;
}

/** One endpoint for each gateway address; `portNames` are the ports of the entry that it serves. */
export function gatewayEndpoints(exporters: ExportingCluster[], portNames: string[], ranks?: EndpointRanks): ServiceEntryEndpoint[] {
  const hasVersions = versionsOf(exporters).length > 0;
  return gatewaysOf(exporters).map(({ exporter, gateway }) => {
    const labels = { ...hasVersions && versionLabels(exporter, exporters.length), ...ranks?.labelsOf(exporter.cluster) };
    const weight = ranks?.weightOf(exporter);
    return {
      address: gateway.address,
      ports: Object.fromEntries(portNames.map(name => [name, gateway.port])),
      ...Object.keys(labels).length > 0 ? { labels } : {},
      ...exporter.locality ? { locality: exporter.locality } : {},
      ...weight !== undefined ? { weight } : {},
    };
  });
}

/**
 * The endpoint labels of a version's subset. One exporter: its cluster, as in the guide. Several: a label for each
 * version, since a subset can name only one value of a label.
 */
export function subsetLabels(version: string, exporters: ExportingCluster[]): { [key: string]: string } {
  return exporters.length === 1 ? { cluster: exporters[0].cluster } : { [`version/${version}`]: 'true' };
}

function versionLabels(exporter: ExportingCluster, exporters: number): { [key: string]: string } {
  const versions = exporters === 1 ? [] : (exporter.versions ?? []).map(version => [`version/${version}`, 'true']);
  return { cluster: exporter.cluster, ...Object.fromEntries(versions) };
}
