import { X509Certificate } from 'crypto';
import type { Cluster } from './cluster';
import type { RunningPod } from './pods';

/** A pod with a proxy. */
export interface Proxy {
  readonly cluster: Cluster;
  readonly pod: RunningPod;
}

/** Pods with a proxy, which have the label of the canonical name. */
export function proxiesOf(clusters: Cluster[]): Proxy[] {
  return clusters.flatMap(cluster => cluster.pods.running
    .filter(({ labels }) => 'service.istio.io/canonical-name' in labels)
    .map(pod => ({ cluster, pod })));
}

/** Certificates that a proxy has. */
export interface ProxyCertificates {
  /** Roots that it trusts. */
  readonly trusted: X509Certificate[];
  /** Its own chain: workload, intermediate, and all roots, which the agent adds. */
  readonly own: X509Certificate[];
}

export async function certificatesOf({ cluster, pod }: Proxy): Promise<ProxyCertificates> {
  const secretsUrl = 'http://127.0.0.1:15000/config_dump?resource=dynamic_active_secrets';
  const { stdout } = await cluster.inPod(pod, 'curl', '-s', '-m', '5', secretsUrl);
  const secrets: any[] = JSON.parse(stdout).configs ?? [];
  const read = (name: string, bytesOf: (secret: any) => string | undefined) => {
    const bytes = bytesOf(secrets.find(secret => secret.name === name)?.secret) ?? '';
    return certificatesIn(Buffer.from(bytes, 'base64').toString());
  };
  return {
    own: read('default', secret => secret?.tls_certificate?.certificate_chain?.inline_bytes),
    trusted: read('ROOTCA', secret => secret?.validation_context?.trusted_ca?.inline_bytes),
  };
}

function certificatesIn(pem: string): X509Certificate[] {
  return (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(block => new X509Certificate(block));
}
