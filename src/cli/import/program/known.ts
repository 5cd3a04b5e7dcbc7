import { Duration } from 'cdk8s';
import {
  AllowedCaller, ClusterPriority, EgressGateway, GatewayAddress, ImportName, ImportPath, IstioRelease, KubeDnsStubDomain, LoadBalancing,
  Mesh, PathMatch, RemoteService, RetryOn, Routing, ServicePort, ServiceVersion, StringMatch,
} from '../../../index';

/** Everything that a program of `import` can name. */
export const KNOWN: { readonly [name: string]: any } = {
  AllowedCaller,
  ClusterPriority,
  Duration,
  EgressGateway,
  GatewayAddress,
  ImportName,
  ImportPath,
  IstioRelease,
  KubeDnsStubDomain,
  LoadBalancing,
  Mesh,
  PathMatch,
  RemoteService,
  RetryOn,
  Routing,
  ServicePort,
  ServiceVersion,
  StringMatch,
};

/** The names that cdk8s exports; this library exports the others. */
export const OF_CDK8S = ['Duration'];
