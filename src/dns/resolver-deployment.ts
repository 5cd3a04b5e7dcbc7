import { RESOLVER_PORT } from './resolver-config';
import { METRICS_PORT } from './resolver-policy';

/** Settings of the resolver's Deployment. */
export interface ResolverDeployment {
  /** Name of the ServiceAccount, the ConfigMap and the label `app`. */
  readonly name: string;
  readonly replicas: number;
  readonly image: string;
  /** Whether the platform chooses the user of the pods. */
  readonly platformUser: boolean;
  /** Digest of the Corefile: the pods are replaced if and only if it changes. The zone file is read again without a new pod. */
  readonly checksum: string;
}

/** The image names its user and gives no number, by which Kubernetes could tell that it is not root. */
const FIXED_USER = { runAsUser: 65532, runAsGroup: 65532 };

/** Spec of the Deployment of the resolver. */
export function resolverDeployment({ name, replicas, image, platformUser, checksum }: ResolverDeployment): object {
  const matchLabels = { app: name };
  return {
    replicas,
    selector: { matchLabels },
    template: {
      metadata: { labels: { 'app': name, 'sidecar.istio.io/inject': 'false' }, annotations: { 'mesh-dns/checksum': checksum } },
      spec: {
        serviceAccountName: name,
        automountServiceAccountToken: false,
        // The resolver must not depend on the cluster's DNS, which forwards to the resolver.
        dnsPolicy: 'Default',
        securityContext: { runAsNonRoot: true, ...platformUser ? {} : FIXED_USER, seccompProfile: { type: 'RuntimeDefault' } },
        topologySpreadConstraints: [
          { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels } },
        ],
        containers: [coreDnsContainer(image)],
        volumes: [{ name: 'config', configMap: { name } }],
      },
    },
  };
}

function coreDnsContainer(image: string): object {
  return {
    name: 'coredns',
    image,
    args: ['-conf', '/etc/coredns/Corefile'],
    ports: [
      { name: 'dns-udp', containerPort: RESOLVER_PORT, protocol: 'UDP' },
      { name: 'dns-tcp', containerPort: RESOLVER_PORT, protocol: 'TCP' },
      { name: 'metrics', containerPort: METRICS_PORT, protocol: 'TCP' },
    ],
    livenessProbe: httpProbe(8080, '/health'),
    readinessProbe: httpProbe(8181, '/ready'),
    resources: { requests: { cpu: '20m', memory: '32Mi' }, limits: { memory: '128Mi' } },
    securityContext: {
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      // The program in the image has the file capability NET_BIND_SERVICE, and does not start without it.
      capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
    },
    volumeMounts: [{ name: 'config', mountPath: '/etc/coredns', readOnly: true }],
  };
}

function httpProbe(port: number, path: string): object {
  return { httpGet: { port, path }, periodSeconds: 5, failureThreshold: 3 };
}
