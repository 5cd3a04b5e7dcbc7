import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { OwnObject, Provenance } from '../objects/provenance';

/** Peer of a rule of a NetworkPolicy. */
export interface Peer {
  readonly ipBlock?: { readonly cidr: string };
  readonly namespaceSelector?: object;
  readonly podSelector?: object;
}

/** Port of a rule of a NetworkPolicy. It is a port of the pod, since policies see a connection after Services are resolved. */
export interface PolicyPort {
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
}

/** Connections that a NetworkPolicy allows. Without peers, everybody; without ports, every port. */
export interface Allowed {
  readonly peers?: Peer[];
  readonly ports?: PolicyPort[];
}

/** NetworkPolicy of pods that accept and open no connections but those that it allows. */
export interface PolicyModel {
  readonly name: string;
  readonly namespace: string;
  readonly selector: { readonly [label: string]: string };
  /** Connections to the pods, as they are when the app is synthesized. */
  readonly incoming: () => Allowed[];
  /** Connections of the pods. */
  readonly outgoing: () => Allowed[];
  readonly annotations?: { readonly [name: string]: string };
}

/**
 * Adds a NetworkPolicy.
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function addNetworkPolicy(scope: Construct, id: string, model: PolicyModel, facts?: Provenance): ApiObject {
  const { name, namespace, selector, incoming, outgoing, annotations } = model;
  return new OwnObject(scope, id, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace, ...annotations && { annotations: { ...annotations } } },
    spec: Lazy.any({
      produce: () => ({
        podSelector: { matchLabels: selector },
        policyTypes: ['Ingress', 'Egress'],
        ingress: incoming().map(({ peers, ports }) => ({ ...peers && { from: peers }, ...ports && { ports } })),
        egress: outgoing().map(({ peers, ports }) => ({ ...peers && { to: peers }, ...ports && { ports } })),
      }),
    }),
  }, facts);
}

/** Ports of TCP. */
export function tcp(...ports: number[]): PolicyPort[] {
  return ports.map(port => ({ port, protocol: 'TCP' }));
}

/** Ports by UDP and by TCP, as DNS uses them. */
export function udpAndTcp(...ports: number[]): PolicyPort[] {
  return ports.flatMap(port => (['UDP', 'TCP'] as const).map(protocol => ({ port, protocol })));
}

/** Addresses of ranges. */
export function ranges(cidrs: string[]): Peer[] {
  return cidrs.map(cidr => ({ ipBlock: { cidr } }));
}

/** All pods of the cluster. Pods in the network of their node count as addresses of the node. */
export const EVERY_POD: Peer = { namespaceSelector: {} };

/** All pods of some namespaces. */
export function podsOfNamespaces(namespaces: string[]): Peer {
  return { namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: namespaces }] } };
}

/** Pods of a namespace by their labels. */
export function podsIn(namespace: string, labels: { readonly [label: string]: string }): Peer {
  return { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } }, podSelector: { matchLabels: labels } };
}

/** The connections by which pods of some namespaces read metrics; none without a namespace. */
export function metrics(namespaces: string[], ...ports: number[]): Allowed[] {
  return namespaces.length === 0 ? [] : [{ peers: [podsOfNamespaces(namespaces)], ports: tcp(...ports) }];
}
