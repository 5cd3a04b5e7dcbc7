import type { ServicePort } from './service-port';
import type { ServiceVersion } from './service-version';

/** An export: what the dialects render and what the checks read. */
export interface ExportModel {
  /** Name of the Service. */
  readonly name: string;
  readonly namespace: string;
  /** DNS domain of the exporting cluster. */
  readonly clusterDomain: string;
  /** Host of the Service within its cluster. */
  readonly localHost: string;
  /** Host that the gateway opens: that of the Service, or of a Service with the exported ports alone. */
  readonly gatewayHost: string;
  /** The exported ports; empty when a construct on its own was not told. */
  readonly ports: ServicePort[];
  readonly versions: ServiceVersion[];
  /** The ingress gateway. */
  readonly gateway: { readonly namespace: string; readonly selector: { [key: string]: string } };
}
