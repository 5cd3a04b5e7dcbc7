import {
  DNS_PLATFORMS, DnsFacts, EgressGatewayFacts, FactsFile, FactsOfCluster, IngressGatewayFacts, IstioFacts, KubernetesFacts, NodeCacheFacts,
  PLATFORMS, SERVICE_TYPES, ServiceFacts, ServicePortFacts,
} from './facts';
import { FieldProblems, flag, list, map, number, object, oneOf, optional, printableText, text, valid } from '../files/fields';
import { GatewayAddress } from '../model/gateway-address';
import { isHostAddress } from '../model/ip-address';
import { portNumber } from '../model/port-number';
import { ServicePort } from '../model/service-port';
import { dnsLabel, dnsName, domainName, labels } from '../names';

const IN = 'cluster facts';
const label = (what: string) => valid(text, value => dnsLabel(value, what, IN));
const name = (what: string) => valid(text, value => dnsName(value, what, IN));
const domain = valid(text, value => domainName(value, 'cluster domain', IN));
const port = valid(number, value => portNumber(value, IN));
const gateway = valid(text, value => GatewayAddress.of(value));
const podLabels = valid(map(text), value => labels(value, 'the labels of pods', IN));
const address = matching(isHostAddress, 'an IP address of a host');
const fingerprint = matching(value => /^[0-9a-f]{64}$/.test(value), 'a SHA-256 in lower case hex');

// Fields are in the order in which the file is written.
const KUBERNETES = object<KubernetesFacts>({ version: printableText, platform: oneOf(...PLATFORMS) });

const ISTIO = object<IstioFacts>({
  version: optional(printableText),
  revision: optional(label('revision')),
  namespace: label('namespace'),
  trustDomain: name('trust domain'),
  trustDomainAliases: list(name('trust domain alias')),
  clusterDomain: domain,
  dnsCapture: flag,
  gatewaysOfAnyNamespace: flag,
  rootFingerprints: list(fingerprint),
});

const INGRESS = object<IngressGatewayFacts>({
  name: label('name of a Service'),
  namespace: label('namespace'),
  selector: podLabels,
  type: oneOf(...SERVICE_TYPES),
  port: optional(port),
  addresses: list(gateway),
  externalIps: list(gateway),
  nodePort: optional(port),
  nodeAddresses: list(gateway),
  networkView: optional(printableText),
});

const EGRESS = object<EgressGatewayFacts>({
  name: label('name of a Service'),
  namespace: label('namespace'),
  selector: podLabels,
  clusterIp: optional(address),
});

const NODE_CACHE = object<NodeCacheFacts>({ configMap: name('ConfigMap'), corefile: optional(text), readsStubDomains: flag });

const DNS = object<DnsFacts>({
  platform: oneOf(...DNS_PLATFORMS),
  serviceIp: optional(address),
  corefile: optional(text),
  stubDomains: optional(text),
  customData: optional(map(text)),
  servers: optional(text),
  valuesContent: optional(text),
  nodeCache: optional(NODE_CACHE),
});

const PORT = object<ServicePortFacts>({
  name: label('port name'),
  port,
  protocol: valid(text, value => ServicePort.of(value, 'port', 1)),
});

const SERVICE = object<ServiceFacts>({
  name: label('name of a Service'),
  namespace: label('namespace'),
  ports: list(PORT),
  selector: podLabels,
});

const CLUSTER = object<FactsOfCluster>({
  kubernetes: KUBERNETES,
  istio: optional(ISTIO),
  ingressGateway: optional(INGRESS),
  egressGateway: optional(EGRESS),
  dns: DNS,
  services: list(SERVICE),
});

const FILE = object<FactsFile>({
  schemaVersion: number,
  clusters: valid(map(CLUSTER), value => Object.keys(value).forEach(cluster => dnsLabel(cluster, 'cluster name', IN))),
});

/** Content of a file of facts, field by field. Adds a problem for each missing field, wrong type and invalid value. */
export function factsFile(data: unknown, problems: FieldProblems): FactsFile | undefined {
  return FILE(data, '', problems);
}

/** A text for which a condition holds. */
function matching(holds: (value: string) => boolean, expected: string) {
  return (value: unknown, path: string, problems: FieldProblems) => {
    const read = text(value, path, problems);
    if (read !== undefined && !holds(read)) {
      problems.add(path, `is no valid value, expected ${expected}`);
      return undefined;
    }
    return read;
  };
}
