import { Construct } from 'constructs';
import type { ClusterImports } from './cluster-imports';
import type { ClusterSettings } from './cluster-settings';
import { checkedDeclarations } from '../checks/checks';
import type { Declarations } from '../checks/declarations';
import type { EgressGateway } from '../model/egress-gateway';
import type { GatewayAddress } from '../model/gateway-address';
import { exportersFor } from '../model/remote-service';
import { egressGatewayPolicy, ingressGatewayPolicy } from '../network-policies/gateways';
import { addNetworkPolicy } from '../network-policies/policy-object';

/** Adds the NetworkPolicies of the gateways of a cluster. What they open follows from the declared exports and imports. */
export function addGatewayPolicies(scope: Construct, settings: ClusterSettings, imports: ClusterImports): void {
  const { networkPolicies: policies, ingressGateway: ingress, egressGateway: gateway, istioNamespace, name } = settings;
  const declared = checkedDeclarations(scope);
  if (ingress) {
    // Gateways that nobody declares here can lead anywhere.
    const leadsAnywhere = settings.gatewaysOfAnyNamespace || ingress.service._otherPorts.length > 0;
    addNetworkPolicy(scope, 'ingress-gateway-policy', ingressGatewayPolicy({
      ...ingress,
      policies,
      istioNamespace,
      exportNamespaces: () => leadsAnywhere ? undefined : sorted(declared.exports.map(({ namespace }) => namespace)),
    }));
  }
  if (gateway) {
    addNetworkPolicy(scope, 'egress-gateway-policy', egressGatewayPolicy({
      policies,
      istioNamespace,
      gateway,
      callers: () => callersOf(declared, imports, policies.localNameCallers),
      remoteGateways: () => remoteGatewaysOf(declared, name),
    }));
  }
}

/** Namespaces that import through the egress gateway, retiring imports included; undefined for all namespaces. */
function callersOf(declared: Declarations, imports: ClusterImports, localNameCallers: string[] | undefined): string[] | undefined {
  const throughGateway = imports.all.filter(({ usesEgressGateway }) => usesEgressGateway);
  const byName = throughGateway.filter(({ usesLocalName }) => !usesLocalName);
  // Constructs that a program adds by itself stand in the chart, and not in the register of imports.
  const [byHand, localByHand] = [declared.imports, declared.localImports].map(
    (found: ReadonlyArray<{ egressGateway?: EgressGateway; namespace: string }>) => found.filter(({ egressGateway }) => egressGateway),
  );
  const usesLocalNames = byName.length < throughGateway.length || localByHand.length > 0;
  if (usesLocalNames && localNameCallers === undefined) {
    return undefined;
  }
  return sorted([...[...byName, ...byHand].map(({ namespace }) => namespace), ...usesLocalNames ? localNameCallers ?? [] : []]);
}

function remoteGatewaysOf(declared: Declarations, ownName: string): GatewayAddress[] {
  const services = declared.egressRoutes.flatMap(route => [...route.services.values()]);
  return services.flatMap(service => exportersFor(service, ownName)).flatMap(({ gateways }) => gateways);
}

function sorted(names: string[]): string[] {
  return [...new Set(names)].sort();
}
