/** Version of the format. A reader refuses any other version. */
export const FACTS_VERSION = 1;

/** Platforms that `istio-mesh discover` knows. */
export const PLATFORMS = ['eks', 'gke', 'aks', 'openshift', 'rke2', 'k3s', 'kubeadm', 'other'] as const;

/** Ways in which the DNS of a cluster takes a zone: the methods of `ClusterDns`. */
export const DNS_PLATFORMS = ['kubeDns', 'nodeLocal', 'coreDns', 'coreDnsCustom', 'eksAddon', 'openShift', 'rke2', 'unknown'] as const;

/** Types of Services that stand before a gateway. */
export const SERVICE_TYPES = ['LoadBalancer', 'NodePort', 'ClusterIP'] as const;

/** The Kubernetes of a cluster. */
export interface KubernetesFacts {
  readonly version: string;
  readonly platform: typeof PLATFORMS[number];
}

/** The Istio of a cluster, with the settings that imports and exports depend on. */
export interface IstioFacts {
  /** Version of istiod, as far as its image or its labels tell it. */
  readonly version?: string;
  /** Revision of the control plane; absent for the default revision. */
  readonly revision?: string;
  readonly namespace: string;
  readonly trustDomain: string;
  readonly trustDomainAliases: string[];
  readonly clusterDomain: string;
  /** Whether sidecars resolve imported hosts. */
  readonly dnsCapture: boolean;
  /** Whether Gateway objects of any namespace configure the gateways. */
  readonly gatewaysOfAnyNamespace: boolean;
  /** SHA-256 of the DER of each root that workloads trust, in lower case hex. */
  readonly rootFingerprints: string[];
}

/** The ingress gateway of a cluster. */
export interface IngressGatewayFacts {
  readonly name: string;
  readonly namespace: string;
  /** Labels of its pods. */
  readonly selector: { [key: string]: string };
  readonly type: typeof SERVICE_TYPES[number];
  /** Port of the Service that leads to port 15443 of the pods; absent where there is none. */
  readonly port?: number;
  /** IP addresses and hostnames of the load balancer. */
  readonly addresses: string[];
  readonly externalIps: string[];
  readonly nodePort?: number;
  /** Addresses of nodes, at which the node port is reached: of the first three nodes by name. */
  readonly nodeAddresses: string[];
  /** Networks whose endpoints the gateway sees; absent where it sees all, so that requests can go round. */
  readonly networkView?: string;
}

/** The egress gateway of a cluster. */
export interface EgressGatewayFacts {
  readonly name: string;
  readonly namespace: string;
  readonly selector: { [key: string]: string };
  readonly clusterIp?: string;
}

/** DNS cache on each node. */
export interface NodeCacheFacts {
  /** ConfigMap of the cache in kube-system. */
  readonly configMap: string;
  readonly corefile?: string;
  /** Whether the cache reads the stub domains of kube-dns. */
  readonly readsStubDomains: boolean;
}

/** The DNS of a cluster, with the current content of what several owners share. */
export interface DnsFacts {
  readonly platform: typeof DNS_PLATFORMS[number];
  /** ClusterIP of the DNS Service, which pods ask. */
  readonly serviceIp?: string;
  readonly corefile?: string;
  /** Key `stubDomains` of ConfigMap kube-dns. */
  readonly stubDomains?: string;
  /** Data of ConfigMap coredns-custom. */
  readonly customData?: { [key: string]: string };
  /** Field `spec.servers` of DNS `default` of OpenShift, as JSON. */
  readonly servers?: string;
  /** Field `spec.valuesContent` of HelmChartConfig rke2-coredns. */
  readonly valuesContent?: string;
  readonly nodeCache?: NodeCacheFacts;
}

/** Port of a Service. */
export interface ServicePortFacts {
  readonly name: string;
  readonly port: number;
  /** Protocol by the rules of Istio: `appProtocol`, or else the prefix of the name; `tcp` where neither says. */
  readonly protocol: string;
}

/** A Service that is exported, or named on the command line to be. */
export interface ServiceFacts {
  readonly name: string;
  readonly namespace: string;
  readonly ports: ServicePortFacts[];
  readonly selector: { [key: string]: string };
}

/** What is known of a running cluster: public facts, no secrets. */
export interface FactsOfCluster {
  readonly kubernetes: KubernetesFacts;
  /** Absent in a cluster without istiod. */
  readonly istio?: IstioFacts;
  readonly ingressGateway?: IngressGatewayFacts;
  readonly egressGateway?: EgressGatewayFacts;
  readonly dns: DnsFacts;
  readonly services: ServiceFacts[];
}

/** Content of `clusters.json`. */
export interface FactsFile {
  readonly schemaVersion: number;
  readonly clusters: { [name: string]: FactsOfCluster };
}
