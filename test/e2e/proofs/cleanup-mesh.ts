import { join } from 'path';
import { Chart } from 'cdk8s';
import { COREFILE, RKE2_VALUES, SERVERS, STUB_DOMAINS } from './cleanup-cluster';
import {
  AllowedCaller, Cleanup, ClusterDns, DnsForwarding, EgressGateway, GatewayAddress, GlobalDns, Httpbin, ImportPath, IstioRelease,
  KubeDnsStubDomain, Mesh, MeshApp, MeshTrust, ServicePort, Sleep,
} from '../../../src';
import { pkiIn } from '../cluster/pki';

/**
 * Writes a mesh with every kind of object, and a chart with the DNS of all platforms.
 * @returns the output folder
 */
export async function synthesized(folder: string): Promise<string> {
  const istio = IstioRelease.V1_31;
  const { ca, folder: directory, sealingCert } = await pkiIn(folder);
  await ca('init', '--key-size', '2048');
  for (const cluster of ['cluster1', 'cluster2']) {
    await ca('issue', cluster, '--key-size', '2048', '--sealing-cert', sealingCert);
  }
  const app = new MeshApp({ outdir: join(folder, 'dist') });
  const mesh = new Mesh(app, 'mesh', { istio, cleanup: {}, trust: MeshTrust.sealedSecrets({ directory, sharedSealingKey: true }) });
  const globalDns = { clusterIp: '10.61.128.53' };
  const [cluster1, cluster2] = ['cluster1', 'cluster2'].map((name, i) => mesh.addCluster(name, {
    ingressGateway: GatewayAddress.of(`203.0.113.${i + 1}`),
    egressGateway: EgressGateway.service(),
    strictMtls: true,
    globalDns,
    dns: ClusterDns.coreDns({ corefile: COREFILE }),
  }));
  for (const namespace of ['foo', 'bar', 'empty', 'shared']) {
    cluster1.addNamespace(namespace);
  }
  new Sleep(cluster1, 'sleep', { istio, namespace: 'foo' });
  new Httpbin(cluster1, 'httpbin', { istio, namespace: 'bar' });
  const service = { namespace: 'bar', ports: [ServicePort.http('http', 8000)] };
  const guarded = { ...service, allow: [AllowedCaller.serviceAccount('foo', 'sleep')], workloadSelector: { app: 'httpbin' } };
  cluster1.exportService('httpbin', { ...guarded, strictMtls: true });
  const httpbin = cluster2.exportService('httpbin', guarded);
  const [catalog, cart] = ['catalog', 'cart'].map(name => cluster2.exportService(name, service));
  cluster1.importService(httpbin, { namespace: 'foo' });
  cluster1.importService(catalog, { namespace: 'shared' });
  cluster1.importService(cart, { namespace: 'foo', via: ImportPath.egressGateway() });

  const platforms = new Chart(app, 'platforms');
  new KubeDnsStubDomain(platforms, 'kube-dns', { resolvers: ['10.96.0.53'], current: STUB_DOMAINS });
  const resolvers = ['10.96.0.53'];
  const openShift = ClusterDns.openShift({ resolvers, servers: JSON.stringify(SERVERS) });
  const choices = [ClusterDns.coreDnsCustom({ resolvers }), openShift, ClusterDns.rke2({ resolvers, valuesContent: RKE2_VALUES })];
  choices.forEach((dns, i) => new DnsForwarding(platforms, `dns-${i}`, { dns }));
  new GlobalDns(platforms, 'resolver', { istio, namespace: 'others', clusterIp: '10.61.128.54', services: [] });
  new Cleanup(new Chart(app, 'cleanup-platforms'), 'cleanup', { chart: platforms });
  app.synth();
  return app.outdir;
}
