import type { MeshClusterOptions } from './cluster-options';
import type { ExportServiceOptions } from './exported-service';
import { CLUSTER_FACTS_EXPECTATIONS, ClusterFactsExpectations, refuseOtherFacts } from './facts-expectations';
import { ClusterDns } from '../dns/cluster-dns';
import { dnsOfFacts } from '../dns/discovered-dns';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { FactsFile, FactsOfCluster } from '../facts/facts';
import { gatewaysOf } from '../facts/gateways';
import { readFacts } from '../facts/read-facts';
import { EgressGateway } from '../model/egress-gateway';
import { ServicePort } from '../model/service-port';
import { checkedArgument, checkedOptions } from '../options/checked';
import { text } from '../options/kinds';
import { ownValue } from '../options/own-value';
import { optional, required, schema } from '../options/schema';

const WHERE = 'ClusterFacts.fromFile';

/** Options for reading facts of clusters. */
export interface ClusterFactsOptions {
  /**
   * What the program expects of the clusters.
   * @default - anything is accepted
   */
  readonly expect?: ClusterFactsExpectations;
}

export const CLUSTER_FACTS_OPTIONS = schema<ClusterFactsOptions>({ expect: optional(CLUSTER_FACTS_EXPECTATIONS) });

/** A Service of a running cluster. */
export interface DiscoveredServiceOptions {
  /** Namespace of the Service. */
  readonly namespace: string;
}

export const DISCOVERED_SERVICE_OPTIONS = schema<DiscoveredServiceOptions>({ namespace: required(text) });

/**
 * Public facts of running clusters, as `istio-mesh discover` wrote them to `clusters.json`: addresses of gateways, the DNS of the platform,
 * settings of Istio, exported Services. A synth reads the file and no cluster.
 *
 * @example
 * const facts = ClusterFacts.fromFile('clusters.json');
 * const cluster1 = mesh.addCluster('cluster1', facts.cluster('cluster1'));
 * const cluster2 = mesh.addCluster('cluster2', { ...facts.cluster('cluster2'), locality: 'europe/west' });
 */
export class ClusterFacts {
  /**
   * Reads a file that `istio-mesh discover` wrote. Fields that this version does not know are ignored, because newer versions of this
   * package may add some.
   * @param path path of the file, relative to the working directory
   * @param options what the program expects of the clusters
   * @returns the facts
   * @throws MESH055 for a file that cannot be read, MESH104 for one that has another schema version, or has missing or invalid fields, and
   * MESH105 for facts that are not what `expect` says
   */
  public static fromFile(path: string, options: ClusterFactsOptions = {}): ClusterFacts {
    const { expect = {} } = checkedOptions(CLUSTER_FACTS_OPTIONS, options, WHERE);
    const file = readFacts(checkedArgument(text, path, 'path', WHERE));
    refuseOtherFacts(path, file, expect);
    return new ClusterFacts(path, file);
  }

  private constructor(private readonly path: string, private readonly file: FactsFile) {}

  /** Names of the clusters in the file, in order. */
  public get clusterNames(): string[] {
    return Object.keys(this.file.clusters).sort();
  }

  /**
   * Returns options of a cluster for `addCluster`: the addresses, pods and namespace of its gateways, and the namespace, revision, trust
   * domain and DNS domain of its Istio. The release is not among them, since a program names it itself.
   *
   * A gateway that has a load balancer is known by its addresses; else by the external IPs of its Service; else by the node port of the
   * first three nodes. The egress gateway is known by the name of its Service, which outlives its clusterIP.
   * @param name name of the cluster
   * @returns the options, without those that the file says nothing about
   * @throws MESH105 for a cluster that is not in the file
   */
  public cluster(name: string): MeshClusterOptions {
    const { istio, ingressGateway, egressGateway } = this.factsOf(name);
    const gateways = gatewaysOf(ingressGateway);
    return {
      ...gateways.length > 0 && { ingressGateways: gateways },
      ...ingressGateway && { ingressGatewaySelector: { ...ingressGateway.selector } },
      // The namespace of the control plane is the default, and Istio 1.5 knows no other.
      ...ingressGateway && ingressGateway.namespace !== (istio?.namespace ?? 'istio-system') && {
        ingressGatewayNamespace: ingressGateway.namespace,
      },
      ...egressGateway && {
        egressGateway: EgressGateway.service({
          name: egressGateway.name, namespace: egressGateway.namespace, selector: { ...egressGateway.selector },
        }),
      },
      ...istio && {
        istioNamespace: istio.namespace,
        ...istio.revision !== undefined && { revision: istio.revision },
        trustDomain: istio.trustDomain,
        clusterDomain: istio.clusterDomain,
      },
    };
  }

  /**
   * Returns the DNS platform of a cluster with its current content, for clients without a sidecar. The resolver that it forwards to is the
   * `globalDns` of the cluster.
   * @param name name of the cluster
   * @returns the platform, for `dns` of the cluster
   * @throws MESH105 for a cluster that is not in the file, or whose DNS is none that this library knows
   *
   * @example
   * const facts = ClusterFacts.fromFile('clusters.json');
   * mesh.addCluster('cluster1', {
   *   ...facts.cluster('cluster1'),
   *   globalDns: { clusterIp: '10.96.0.53' },
   *   dns: facts.clusterDns('cluster1'),
   * });
   */
  public clusterDns(name: string): ClusterDns {
    const found = dnsOfFacts(this.factsOf(name).dns);
    if (found === undefined) {
      const what = 'the DNS of the cluster is none that this library knows';
      throw this.error(`cluster '${name}'`, what, 'choose one of the methods of ClusterDns');
    }
    return found;
  }

  /**
   * Returns options of an exported Service for `exportService`: its namespace, its ports, and the labels of its pods. UDP ports are left
   * out, since no gateway forwards them.
   * @param cluster name of the cluster
   * @param name name of the Service
   * @param options namespace of the Service
   * @returns the options, to which the program adds the service account
   * @throws MESH105 for a cluster or a Service that is not in the file
   *
   * @example
   * const facts = ClusterFacts.fromFile('clusters.json');
   * cluster2.exportService('httpbin', {
   *   ...facts.service('cluster2', 'httpbin', { namespace: 'bar' }),
   *   serviceAccount: 'httpbin',
   * });
   */
  public service(cluster: string, name: string, options: DiscoveredServiceOptions): ExportServiceOptions {
    const { namespace } = checkedOptions(DISCOVERED_SERVICE_OPTIONS, options, 'ClusterFacts.service');
    const wanted = checkedArgument(text, name, 'name', 'ClusterFacts.service');
    const service = this.factsOf(cluster).services.find(candidate => candidate.name === wanted && candidate.namespace === namespace);
    if (service === undefined) {
      throw this.error(
        `service '${name}' of namespace '${namespace}' of '${cluster}'`,
        'the file has no such Service',
        `run istio-mesh discover again with --export ${namespace}/${name}`,
      );
    }
    return {
      namespace,
      ports: service.ports.map(({ name: port, port: number, protocol }) => ServicePort.of(protocol, port, number)),
      ...Object.keys(service.selector).length > 0 && { workloadSelector: { ...service.selector } },
    };
  }

  private factsOf(name: string): FactsOfCluster {
    const facts = ownValue(this.file.clusters, checkedArgument(text, name, 'name', 'ClusterFacts'));
    if (facts === undefined) {
      throw this.error(
        `cluster '${name}'`,
        'the file has no such cluster',
        `correct the name, or run istio-mesh discover with --context ${name}=<context>`,
        `one of ${this.clusterNames.join(', ')}`,
      );
    }
    return facts;
  }

  private error(subject: string, what: string, fix: string, expected?: string): MeshError {
    const where = `cluster facts ${this.path}, ${subject}`;
    return new MeshError({ code: MeshErrorCode.FACTS_DIFFER, where, what, expected, fix });
  }
}
