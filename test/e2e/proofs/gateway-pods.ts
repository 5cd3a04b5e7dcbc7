import { join } from 'path';
import { GatewayAddress, Mesh, MeshApp, ServicePort } from '../../../src';
import type { Cluster } from '../cluster/cluster';
import { sleep, STATE } from '../cluster/machine';
import { RunningPod, signalPod } from '../cluster/pods';
import { curl, Rig, steady, withdraw } from '../cluster/rig';
import { must } from '../proof';

const SUFFIX = 'pair.example';
const TARGET = `http://orders.shop.${SUFFIX}:8000/headers`;
const GATEWAY = 'istio-ingressgateway';
const CLIENTS = 3;

/**
 * An ingress gateway with two pods behind one Service loses a pod under load. When the pod is deleted, as when its node is drained, no
 * request fails. When its processes are killed, requests fail until its endpoint leaves the Service, and none that begins after that.
 */
export async function gatewayPods(rig: Rig): Promise<string> {
  const { cluster1, cluster2 } = rig;
  const folder = await written(rig);
  const scale = (replicas: number) => cluster2.kube.kubectl('scale', 'deployment', GATEWAY, '-n', 'istio-system', `--replicas=${replicas}`);
  try {
    await cluster1.applyFolder(join(folder, 'cluster1'));
    await scale(2);
    const second = await cluster2.run('istio-system', GATEWAY);
    await steady(rig, 'direct', TARGET);
    const drained = await underLoss(rig, second, async () => {
      // A kubelet sends SIGTERM while the endpoint leaves the Service.
      await cluster2.kube.kubectl('delete', 'pod', second.name, '-n', 'istio-system', '--wait=false');
      await Promise.all([cluster2.withoutEndpoint(second), signalPod('TERM', second)]);
    });
    must(drained.failed === 0, `${drained.failed} of ${drained.sent} requests failed while a pod of the gateway was deleted`);
    await cluster2.end(second);

    const third = await cluster2.run('istio-system', GATEWAY);
    await steady(rig, 'direct', TARGET);
    const killed = await underLoss(rig, third, async () => {
      await signalPod('KILL', third);
      await sleep(1000);
      // A kubelet reports a container that ended.
      await cluster2.pods.fail(third);
      await cluster2.withoutEndpoint(third);
    });
    must(killed.failedLater === 0, `${killed.failedLater} requests failed that began after the killed pod had left the Service`);
    must(killed.failed < killed.begunMeanwhile, `each of ${killed.failed} requests failed while the Service listed a killed pod`);
    await scale(1);
    await cluster2.end(third);
    await steady(rig, 'direct', TARGET);
    return `of ${drained.sent} requests 0 failed while one of two pods of a gateway was deleted (it had ${drained.connections} `
      + `connections); one was killed, and of ${killed.begunMeanwhile} requests that ${CLIENTS} clients began while the Service still `
      + `listed it ${killed.failed} failed, of the later ones 0`;
  } finally {
    await scale(1);
    await withdraw(rig, folder, ({ metadata }) => metadata.namespace === 'direct');
  }
}

interface Loss {
  readonly sent: number;
  readonly failed: number;
  /** Requests that ended after the loss and began before the Service lost the endpoint. */
  readonly begunMeanwhile: number;
  /** Failed requests among those that began after the Service lost the endpoint. */
  readonly failedLater: number;
  /** Connections that the pod had received before it was lost. */
  readonly connections: number;
}

/** Sends requests of several clients, and loses a pod of the gateway after a while. */
async function underLoss(rig: Rig, pod: RunningPod, lose: () => Promise<void>): Promise<Loss> {
  const requests: Array<{ began: number; ended: number; answered: boolean }> = [];
  const end = Date.now() + 12_000;
  let received = 0;
  let lost = Infinity;
  let removed = Infinity;
  const client = async () => {
    while (Date.now() < end) {
      const began = Date.now();
      const { code } = await curl(rig, 'direct', TARGET);
      requests.push({ began, ended: Date.now(), answered: code === '200' });
    }
  };
  const loss = sleep(4000).then(async () => {
    received = await connectionsOf(rig.cluster2, pod);
    lost = Date.now();
    await lose();
    removed = Date.now();
  });
  await Promise.all([loss, ...Array.from({ length: CLIENTS }, client)]);
  must(received > 0, `the pod ${pod.name} got no connection before it was lost`);
  must(requests.length > 50, `only ${requests.length} requests were sent`);
  must(requests.some(({ began }) => began > removed), 'no request began after the Service had lost the endpoint');
  const failed = requests.filter(({ answered }) => !answered);
  return {
    sent: requests.length,
    failed: failed.length,
    begunMeanwhile: requests.filter(({ began, ended }) => began <= removed && ended >= lost).length,
    failedLater: failed.filter(({ began }) => began > removed).length,
    connections: received,
  };
}

/** Connections that a pod of the gateway passed on to the service. */
async function connectionsOf(cluster: Cluster, pod: RunningPod): Promise<number> {
  const { stdout } = await cluster.inPod(pod, 'curl', '-s', '-m', '5', 'http://127.0.0.1:15000/clusters');
  return [...stdout.matchAll(/^outbound_\.8000_\._\.orders\.shop\.svc\.cluster\.local::.+::cx_total::(\d+)$/gm)]
    .reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Writes an import of `orders` from cluster2, whose gateway is reached at the node port of its Service, as a load balancer does. */
async function written({ istio, cluster2 }: Rig): Promise<string> {
  const { spec: { ports } } = await cluster2.kube.api('GET', `/api/v1/namespaces/istio-system/services/${GATEWAY}`);
  const port = ports.find((each: any) => each.port === 15443).nodePort;
  const app = new MeshApp({ outdir: join(STATE, 'gateway-pods') });
  const mesh = new Mesh(app, 'mesh', { istio, suffix: SUFFIX });
  const caller = mesh.addCluster('cluster1');
  const server = mesh.addCluster('cluster2', { ingressGateway: GatewayAddress.of(cluster2.nodeAddress, { port }) });
  const orders = server.exportService('orders', { namespace: 'shop', ports: [ServicePort.http('http', 8000)], anyServer: true });
  // Connections end after some requests, so that both pods of the gateway get new ones.
  caller.importService(orders, { namespace: 'direct', connectionLimits: { maxRequestsPerConnection: 4 } });
  app.synth();
  return app.outdir;
}
