import type { CatalogFile, CatalogService } from './catalog-file';
import { orUndefined } from '../errors/mesh-error';
import { dialectOf } from '../istio/dialects';
import { ExportingCluster } from '../model/exporting-cluster';
import { endpointText, GatewayAddress } from '../model/gateway-address';
import { IstioRelease } from '../model/istio-release';
import { IRemoteService, RemoteService } from '../model/remote-service';
import { ServicePort } from '../model/service-port';

/** A service as a catalog describes it. */
export function catalogService(service: IRemoteService, istio: IstioRelease): CatalogService {
  return {
    name: service.name,
    namespace: service.namespace,
    subdomain: service.subdomain,
    host: service.host,
    clusterDomain: service.clusterDomain,
    addresses: [...new Set(service.addresses)],
    ports: service.ports.map(({ name, port, protocol }) => ({ name, port, protocol, sni: dialectOf(istio).sni(service, port) })),
    exporters: service.exporters.map(exporter => ({
      cluster: exporter.cluster,
      gateways: uniqueGateways(exporter).map(({ address, port }) => ({ address, port })),
      locality: exporter.locality,
      trustDomain: exporter.trustDomain,
      serviceAccount: exporter.serviceAccount,
      versions: exporter.versions?.length ? exporter.versions : undefined,
      versionLabels: exporter.versionLabels,
      workloadSelector: exporter.workloadSelector,
      gatewayService: exporter.gatewayService,
    })),
  };
}

/** The service that a catalog describes. */
export function remoteService(service: CatalogService, { suffix, istio, meshId }: CatalogFile): RemoteService {
  const { name, namespace, subdomain, clusterDomain, addresses } = service;
  return new RemoteService({
    name,
    namespace,
    subdomain,
    suffix,
    clusterDomain,
    addresses,
    meshId,
    // A release that is newer than this package is unknown here.
    istio: istio === undefined ? undefined : orUndefined(() => IstioRelease.of(istio)),
    ports: service.ports.map(port => ServicePort.of(port.protocol, port.name, port.port)),
    exporters: service.exporters.map((exporter): ExportingCluster => ({
      ...exporter,
      gateways: exporter.gateways.map(({ address, port }) => GatewayAddress.of(address, { port })),
    })),
  });
}

/** Gateways of an exporter. A gateway that a program lists twice stands in the catalog once. */
function uniqueGateways({ gateways }: ExportingCluster): GatewayAddress[] {
  return [...new Map(gateways.map(gateway => [endpointText(gateway), gateway])).values()];
}
