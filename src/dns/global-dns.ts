import { createHash } from 'crypto';
import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dnsLabel, dnsName } from '../names';
import { zoneFile } from './dns-zone';
import { ownZone } from './own-zone';
import { serverAddress } from './server-address';
import { ServiceCatalog } from '../catalog/catalog';
import { dialectOf } from '../istio/dialects';
import { IstioRelease } from '../model/istio-release';
import { IRemoteService } from '../model/remote-service';
import { VipRange } from '../model/vip-range';
import { mark } from '../objects/provenance';

/** The DNS server of a cluster for remote names. */
export interface GlobalDnsOptions {
  /** The clusterIP of its Service, free in the cluster's service range: stub domains of kube-dns take addresses alone. */
  readonly clusterIp: string;

  /**
   * Catalogs of other repositories, whose services it answers for too.
   * @default - none
   */
  readonly catalogs?: ServiceCatalog[];

  /**
   * How many run.
   * @default 2
   */
  readonly replicas?: number;

  /**
   * The CoreDNS image, 1.12 or later.
   * @default "registry.k8s.io/coredns/coredns:v1.12.4"
   */
  readonly image?: string;
}

/** The same on its own. */
export interface GlobalDnsProps extends GlobalDnsOptions {
  /** The release of the cluster; on Istio 1.5 istiocoredns is there already. */
  readonly istio: IstioRelease;

  /** The services that it answers for. */
  readonly services: IRemoteService[];

  /**
   * Where the VIPs of services come from that have none of their own.
   * @default VipRange.ipv4()
   */
  readonly vips?: VipRange;

  /**
   * The zone.
   * @default "global"
   */
  readonly zone?: string;

  /**
   * Its namespace.
   * @default "istio-system"
   */
  readonly namespace?: string;
}

const NAME = 'mesh-dns';
/** An unprivileged port; the Service has 53. */
const PORT = 1053;

/**
 * Answers for remote names where no sidecar does: for pods without one, VMs and stub domains, by the VIPs that are known at
 * synth. The successor of istiocoredns on supported releases: CoreDNS with one zone, which knows every name of it and asks
 * nobody else, so that no name of the mesh leaks out to public DNS.
 */
export class GlobalDns extends Construct {
  /** The clusterIP of its Service. */
  public readonly clusterIp: string;

  private others?: () => Name[];

  /**
   * @throws MESH002 for a clusterIp that no host can ask
   * @throws MESH004 for no pod or image
   * @throws MESH036 for a zone that is, or holds or lies in, the cluster's own
   * @throws MESH008 on Istio 1.5
   * @throws MESH001 for an invalid zone or namespace
   */
  public constructor(scope: Construct, id: string, props: GlobalDnsProps) {
    super(scope, id);
    const zone = ownZone(dnsName(props.zone ?? 'global', 'zone', 'GlobalDns'), 'cluster.local', 'GlobalDns');
    const namespace = dnsLabel(props.namespace ?? 'istio-system', 'namespace', 'GlobalDns');
    refuse(props);
    this.clusterIp = props.clusterIp;
    const { vips = VipRange.ipv4() } = props;
    const hosts = () => {
      const found = new Map<string, string[]>();
      const catalogs = (props.catalogs ?? []).flatMap(catalog => catalog._services);
      for (const { host, addresses } of [...catalogs, ...props.services, ...this.others?.() ?? []]) {
        if (host.endsWith(`.${zone}`)) {
          found.set(host, addresses.length > 0 ? addresses : vips.addressesOf(host));
        }
      }
      return found;
    };
    const data = () => ({ 'Corefile': corefile(zone), 'zone.db': zoneFile(zone, props.clusterIp, hosts()) });
    const add = (name: string, apiVersion: string, kind: string, content: object) => mark(new ApiObject(this, name, {
      apiVersion, kind, metadata: { name: NAME, namespace, labels: { app: NAME } }, ...content,
    }), { isCleanedUp: true });
    add('account', 'v1', 'ServiceAccount', { automountServiceAccountToken: false });
    add('config', 'v1', 'ConfigMap', { data: Lazy.any({ produce: data }) });
    add('service', 'v1', 'Service', {
      spec: {
        clusterIP: props.clusterIp,
        selector: { app: NAME },
        ports: ['UDP', 'TCP'].map(protocol => ({ name: `dns-${protocol.toLowerCase()}`, port: 53, targetPort: PORT, protocol })),
      },
    });
    add('budget', 'policy/v1', 'PodDisruptionBudget', { spec: { maxUnavailable: 1, selector: { matchLabels: { app: NAME } } } });
    const checksum = Lazy.any({ produce: () => createHash('sha256').update(JSON.stringify(data())).digest('hex') });
    add('deployment', 'apps/v1', 'Deployment', { spec: deployment(props, checksum) });
  }

  /**
   * Adds names that are known at synth alone.
   * @internal
   */
  public _alsoAnswer(others: () => Name[]): void {
    this.others = others;
  }
}

/** A host and its VIPs. */
interface Name {
  readonly host: string;
  readonly addresses: string[];
}

function refuse({ istio, clusterIp, replicas = 2, image }: GlobalDnsProps): void {
  serverAddress(clusterIp, 'GlobalDns', 'a clusterIp');
  if (!Number.isInteger(replicas) || replicas < 1 || image === '') {
    throw new MeshError(
      {
        code: MeshErrorCode.EMPTY,
        where: 'GlobalDns',
        what: 'a server that does not run',
        got: { replicas, image },
        expected: 'one pod or more, of an image',
        fix: 'leave replicas and image out',
      },
    );
  }
  if (dialectOf(istio).bringsDnsServer) {
    throw new MeshError(
      {
        code: MeshErrorCode.RELEASE,
        where: 'GlobalDns',
        what: `Istio ${istio.version} brings a DNS server of its own`,
        got: 'a second one',
        expected: 'istiocoredns',
        fix: 'give its clusterIP to ClusterDns, or name a supported release',
      },
    );
  }
}

function corefile(zone: string): string {
  return `${zone}:${PORT} {\n    errors\n    health :8080 {\n        lameduck 5s\n    }\n    ready :8181\n    prometheus :9153\n    loadbalance\n    file /etc/coredns/zone.db ${zone}\n}\n`;
}

function deployment(props: GlobalDnsProps, checksum: any): object {
  const { replicas = 2, image = 'registry.k8s.io/coredns/coredns:v1.12.4' } = props;
  const probe = (port: number, path: string) => ({ httpGet: { port, path }, periodSeconds: 5, failureThreshold: 3 });
  const container = {
    name: 'coredns',
    image,
    args: ['-conf', '/etc/coredns/Corefile'],
    ports: [
      { name: 'dns-udp', containerPort: PORT, protocol: 'UDP' },
      { name: 'dns-tcp', containerPort: PORT, protocol: 'TCP' },
      { name: 'metrics', containerPort: 9153, protocol: 'TCP' },
    ],
    livenessProbe: probe(8080, '/health'),
    readinessProbe: probe(8181, '/ready'),
    resources: { requests: { cpu: '20m', memory: '32Mi' }, limits: { memory: '128Mi' } },
    // The program in the image has the capability to bind low ports, and cannot start where that is forbidden.
    securityContext: {
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
    },
    volumeMounts: [{ name: 'config', mountPath: '/etc/coredns', readOnly: true }],
  };
  return {
    replicas,
    selector: { matchLabels: { app: NAME } },
    template: {
      // Pods are replaced when their content changes, and only then.
      metadata: { labels: { 'app': NAME, 'sidecar.istio.io/inject': 'false' }, annotations: { 'mesh-dns/checksum': checksum } },
      spec: {
        serviceAccountName: NAME,
        automountServiceAccountToken: false,
        // Its own names are not those of the cluster: it asks nobody.
        dnsPolicy: 'Default',
        securityContext: { runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, seccompProfile: { type: 'RuntimeDefault' } },
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: 'kubernetes.io/hostname',
            whenUnsatisfiable: 'ScheduleAnyway',
            labelSelector: { matchLabels: { app: NAME } },
          },
        ],
        containers: [container],
        volumes: [{ name: 'config', configMap: { name: NAME } }],
      },
    },
  };
}
