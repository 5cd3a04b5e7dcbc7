import type { ServiceEntryEndpoint } from './wire';
import { ExportingCluster, versionsOf } from '../model/exporting-cluster';
import type { GatewayAddress } from '../model/gateway-address';

/** Gateway address of an exporter, with the exporter. */
export interface ExporterGateway {
  readonly exporter: ExportingCluster;
  readonly gateway: GatewayAddress;
}

/** Gateway addresses of the exporters, in the order of cluster names. */
export function gatewaysOf(exporters: ExportingCluster[]): ExporterGateway[] {
  return exporters.flatMap(exporter => exporter.gateways.map(gateway => ({ exporter, gateway })));
}

/** Order of, and shares among, several endpoints of an entry. */
export interface EndpointRanks {
  /** Labels of the endpoints of a cluster. */
  readonly labelsOf: (cluster: string) => { [key: string]: string };
  /** Weight of one endpoint of a cluster; undefined for the default of Istio. */
  readonly weightOf: (exporter: ExportingCluster) => number | undefined;
}

/** Endpoints of an entry, one for each gateway address. Each of the named ports leads to the port of the gateway. */
export function gatewayEndpoints(exporters: ExportingCluster[], portNames: string[], ranks?: EndpointRanks): ServiceEntryEndpoint[] {
  const hasVersions = versionsOf(exporters).length > 0;
  return gatewaysOf(exporters).map(({ exporter, gateway }) => {
    const labels = { ...hasVersions && versionLabels(exporter, exporters.length), ...ranks?.labelsOf(exporter.cluster) };
    const weight = ranks?.weightOf(exporter);
    return {
      address: gateway.address,
      ports: Object.fromEntries(portNames.map(name => [name, gateway.port])),
      ...Object.keys(labels).length > 0 ? { labels } : {},
      // Ranks replace localities. istiod panics on both together where an address is a hostname.
      ...exporter.locality && ranks === undefined ? { locality: exporter.locality } : {},
      ...weight !== undefined ? { weight } : {},
    };
  });
}

/**
 * Endpoint labels that the subset of a version selects. For one exporter it is the name of the cluster, as in the guide. Several
 * exporters get a label for each version, since a subset can select only one value of a label.
 */
export function subsetLabels(version: string, exporters: ExportingCluster[]): { [key: string]: string } {
  return exporters.length === 1 ? { cluster: exporters[0].cluster } : { [`version/${version}`]: 'true' };
}

function versionLabels(exporter: ExportingCluster, exporterCount: number): { [key: string]: string } {
  const versions = exporterCount === 1 ? [] : (exporter.versions ?? []).map(version => [`version/${version}`, 'true']);
  return { cluster: exporter.cluster, ...Object.fromEntries(versions) };
}
