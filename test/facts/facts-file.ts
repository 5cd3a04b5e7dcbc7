import { writeFileSync } from 'fs';
import { join } from 'path';
import { temporaryFolder } from '../temporary-folder';

/** A root that the facts name. */
export const ROOT = 'a'.repeat(64);

/** Facts of one cluster, as `istio-mesh discover` writes them. */
export function cluster1(): any {
  return {
    kubernetes: { version: 'v1.34.1', platform: 'kubeadm' },
    istio: {
      version: '1.31.0',
      namespace: 'istio-system',
      trustDomain: 'cluster.local',
      trustDomainAliases: [],
      clusterDomain: 'cluster.local',
      dnsCapture: true,
      gatewaysOfAnyNamespace: false,
      rootFingerprints: [ROOT],
    },
    ingressGateway: {
      name: 'istio-ingressgateway',
      namespace: 'istio-system',
      selector: { istio: 'ingressgateway' },
      type: 'LoadBalancer',
      port: 15443,
      addresses: ['203.0.113.10'],
      externalIps: [],
      nodeAddresses: [],
      networkView: 'cluster1',
    },
    egressGateway: { name: 'istio-egressgateway', namespace: 'istio-system', selector: { istio: 'egressgateway' }, clusterIp: '10.96.7.7' },
    dns: { platform: 'coreDns', serviceIp: '10.96.0.10', corefile: '.:53 {\n    errors\n    forward . /etc/resolv.conf\n}\n' },
    services: [
      { name: 'httpbin', namespace: 'bar', ports: [{ name: 'http', port: 8000, protocol: 'http' }], selector: { app: 'httpbin' } },
    ],
  };
}

/** Writes a file of facts. */
export function factsFile(data: unknown): string {
  const file = join(temporaryFolder('facts'), 'clusters.json');
  writeFileSync(file, typeof data === 'string' ? data : JSON.stringify(data));
  return file;
}
