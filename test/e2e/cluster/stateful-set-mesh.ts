import { ApiObject } from 'cdk8s';
import {
  AllowedCaller, EgressGateway, GatewayAddress, ImportPath, IstioRelease, Mesh, MeshApp, MeshCluster, ServicePort, Sleep,
} from '../../../src';

/** Namespaces of cluster1 that call the pods, direct and through the egress gateway. */
export const CALLERS = { direct: 'db-direct', egress: 'db-egress' };

/** Names of the pods. */
export const PODS = ['db-0', 'db-1'];

/** What is told of the clusters that run. */
export interface StatefulSetInputs {
  readonly istio: IstioRelease;
  readonly outdir: string;
  /** Addresses of the gateways of cluster1 and cluster2. */
  readonly gateways: { readonly cluster1: string; readonly cluster2: string };
}

/** Pods of a StatefulSet in cluster2, which only certain callers of cluster1 may call. */
export function statefulSetMesh({ istio, outdir, gateways }: StatefulSetInputs): void {
  const app = new MeshApp({ outdir });
  const mesh = new Mesh(app, 'mesh', { istio });
  const one = mesh.addCluster('cluster1', {
    ingressGateway: GatewayAddress.of(gateways.cluster1), egressGateway: EgressGateway.service(),
  });
  const two = mesh.addCluster('cluster2', { ingressGateway: GatewayAddress.of(gateways.cluster2) });
  for (const namespace of Object.values(CALLERS)) {
    one.addNamespace(namespace);
    new Sleep(one, `sleep-${namespace}`, { istio, namespace });
  }
  two.addNamespace('data');
  addPods(two);
  const db = two.exportStatefulSet('db', {
    namespace: 'data',
    replicas: PODS.length,
    ports: [ServicePort.tcp('postgres', 5432), ServicePort.http('http', 8000)],
    serviceAccount: 'db',
    allow: Object.values(CALLERS).map(namespace => AllowedCaller.serviceAccount(namespace, 'sleep')),
    strictMtls: true,
  });
  one.importServices(db.pods, { namespaces: [CALLERS.direct] });
  one.importServices(db.pods, { namespaces: [CALLERS.egress], via: ImportPath.egressGateway() });
  app.synth();
}

/**
 * The pods and their headless Service. The machinery of the clusters runs pods of Deployments alone, so each pod has a Deployment, with
 * the label that the StatefulSet controller gives a pod.
 */
function addPods(cluster: MeshCluster): void {
  const labels = { app: 'db' };
  const namespace = 'data';
  new ApiObject(cluster, 'account-db', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'db', namespace } });
  new ApiObject(cluster, 'service-db', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'db', namespace },
    spec: {
      clusterIP: 'None',
      selector: labels,
      // Their target port has a name, which the Services of the export must repeat.
      ports: [{ name: 'tcp-postgres', port: 5432, targetPort: 'web' }, { name: 'http', port: 8000, targetPort: 'web' }],
    },
  });
  for (const name of PODS) {
    const podLabels = { ...labels, 'statefulset.kubernetes.io/pod-name': name };
    const container = {
      name: 'httpbin',
      image: 'docker.io/mccutchen/go-httpbin:v2.16.0',
      ports: [{ name: 'web', containerPort: 8080 }],
      env: [{ name: 'HTTPBIN_ENV_ANSWER', value: name }],
    };
    new ApiObject(cluster, `deployment-${name}`, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace },
      spec: {
        selector: { matchLabels: podLabels },
        template: { metadata: { labels: podLabels }, spec: { serviceAccountName: 'db', containers: [container] } },
      },
    });
  }
}
