import { ApiObject } from 'cdk8s';
import { addObject, Pair } from './check-case';
import { testKinds } from './kind-table';
import { ServicePort } from '../../src';

const POD_NAME = 'statefulset.kubernetes.io/pod-name';
const PORTS = [ServicePort.tcp('postgres', 5432)];

/** Adds a StatefulSet of the user's own to the exporting cluster. */
function addStatefulSet({ receiver }: Pair, spec: object, place = 'data/db'): void {
  const labels = { app: 'db' };
  const usual = { replicas: 3, serviceName: 'db', selector: { matchLabels: labels }, template: { metadata: { labels } } };
  addObject(receiver, 'apps/v1', 'StatefulSet', place, { spec: { ...usual, ...spec } });
}

/** Adds the headless Service that governs the StatefulSet. */
function addGoverningService({ receiver }: Pair, spec: object): void {
  addObject(receiver, 'v1', 'Service', 'data/db', { spec: { clusterIP: 'None', selector: { app: 'db' }, ...spec } });
}

/** Turns mutual TLS off for the pods with these labels. */
function turnOffMutualTls({ receiver }: Pair, matchLabels: { [key: string]: string }): void {
  addObject(receiver, 'security.istio.io/v1', 'PeerAuthentication', 'data/off', {
    spec: { selector: { matchLabels }, mtls: { mode: 'DISABLE' } },
  });
}

/** Three exported pods, which are imported. */
function exportPods({ receiver, caller }: Pair, options: object = {}): void {
  const db = receiver.exportStatefulSet('db', { namespace: 'data', replicas: 3, ports: PORTS, ...options });
  caller.importServices(db.pods, { namespaces: ['foo'] });
}

testKinds([
  {
    name: 'a StatefulSet in the chart with other pods than are exported',
    code: 'MESH077',
    given: pair => exportPods(pair),
    found: {
      'fewer pods': pair => addStatefulSet(pair, { replicas: 2 }),
      'no pods': pair => addStatefulSet(pair, { replicas: 0 }),
      'later ordinals': pair => addStatefulSet(pair, { ordinals: { start: 1 } }),
      'another governing Service': pair => addStatefulSet(pair, { serviceName: 'db-headless' }),
    },
    passed: {
      'the same pods': pair => addStatefulSet(pair, {}),
      'the same pods, with ordinals.start': pair => addStatefulSet(pair, { ordinals: { start: 0 } }),
      'a number of pods that an autoscaler decides': pair => addStatefulSet(pair, { replicas: undefined }),
      'ordinals that are no object': pair => addStatefulSet(pair, { ordinals: 'none' }),
      'no governing Service, which no API server takes': pair => addStatefulSet(pair, { serviceName: undefined }),
      'another StatefulSet': pair => addStatefulSet(pair, { replicas: 1, serviceName: 'other' }, 'data/other'),
      'a StatefulSet whose name is that of a pod': pair => addStatefulSet(pair, { replicas: 1, serviceName: 'other' }, 'data/db-0'),
      'namesakes in this and in another namespace': pair => {
        addStatefulSet(pair, {});
        addStatefulSet(pair, { replicas: 1, serviceName: 'other' }, 'elsewhere/db');
      },
      'a Deployment of the name': ({ receiver }) => addObject(receiver, 'apps/v1', 'Deployment', 'data/db', { spec: { replicas: 1 } }),
    },
  },
  {
    name: 'pods of a StatefulSet in the chart that may be meant to be exported',
    code: 'MESH077',
    isWarning: true,
    given: pair => addStatefulSet(pair, {}),
    found: {
      'fewer pods than it has': pair => exportPods(pair, { replicas: 2 }),
      'pods without the first one': pair => exportPods(pair, { replicas: 2, firstOrdinal: 1 }),
      'pods of another namespace': pair => exportPods(pair, { namespace: 'elsewhere' }),
    },
    passed: {
      'all pods': pair => exportPods(pair),
      'all pods, the last of which retires': ({ receiver, caller }) => {
        const db = receiver.exportStatefulSet('db', { namespace: 'data', replicas: 3, ports: PORTS, retireLast: 1 });
        caller.importServices(db.pods.slice(0, 2), { namespaces: ['foo'] });
      },
      'all pods in two exports': pair => {
        exportPods(pair, { replicas: 2 });
        exportPods(pair, { replicas: 1, firstOrdinal: 2 });
      },
      'pods of another StatefulSet': ({ receiver, caller }) => {
        const other = receiver.exportStatefulSet('other', { namespace: 'data', replicas: 1, ports: PORTS });
        caller.importServices(other.pods, { namespaces: ['foo'] });
      },
      'pods of a StatefulSet without a namespace': ({ receiver, caller }) => {
        const metadata = { name: 'web' };
        new ApiObject(receiver, 'web', { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata, spec: { replicas: 1, serviceName: 'web' } });
        const web = receiver.exportStatefulSet('web', { namespace: 'data', replicas: 1, ports: PORTS });
        caller.importServices(web.pods, { namespaces: ['foo'] });
      },
    },
  },
  {
    name: 'a policy that turns mutual TLS off for exported pods, which carry the labels of the governing Service',
    code: 'MESH026',
    given: pair => {
      exportPods(pair);
      addGoverningService(pair, { ports: [{ port: 5432 }] });
    },
    found: {
      'all pods': pair => turnOffMutualTls(pair, { app: 'db' }),
      'one pod': pair => turnOffMutualTls(pair, { [POD_NAME]: 'db-1' }),
    },
    passed: {
      'other pods': pair => turnOffMutualTls(pair, { app: 'web' }),
      'a pod that is not exported': pair => turnOffMutualTls(pair, { [POD_NAME]: 'db-3' }),
    },
  },
  {
    name: 'a governing Service that says another protocol',
    code: 'MESH065',
    given: pair => exportPods(pair, { ports: [ServicePort.tls('secure', 5432)] }),
    found: {
      http: pair => addGoverningService(pair, { ports: [{ name: 'http', port: 5432 }] }),
    },
    passed: {
      'tls': pair => addGoverningService(pair, { ports: [{ name: 'tls', port: 5432 }] }),
      'no such port': pair => addGoverningService(pair, { ports: [{ name: 'http', port: 1 }] }),
    },
  },
]);
