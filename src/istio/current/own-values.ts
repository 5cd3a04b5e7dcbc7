import { MeshError } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { shown } from '../../errors/problem';
import type { ControlPlaneModel } from '../../model/control-plane-model';
import { isRecord } from '../../options/kind';
import { ownValue } from '../../options/own-value';
import { similarTo } from '../../options/similar';

/** Values of Istio's charts, as a tree of names. */
export interface Values {
  readonly [key: string]: any;
}

/** Parts of the values of a user. `istioctl` knows them, and refuses any other. */
const PARTS = [
  'base', 'cni', 'compatibilityVersion', 'experimental', 'gatewayClasses', 'global', 'meshConfig', 'pilot', 'revisionTags',
  'sidecarInjectorWebhook', 'telemetry', 'ztunnel',
];

/** Values that an option of this library decides, with that option. */
const DECIDED_ELSEWHERE: { readonly [part: string]: string } = {
  defaultRevision: 'set revision on the cluster',
  gateways: 'set ingressGatewayService and ingressGatewayWorkload on the cluster, and workload on the egress gateway',
  profile: 'write global.platform for OpenShift, and other settings of a profile by themselves',
  revision: 'set revision on the cluster',
};

/** A value that the mesh depends on. */
interface NeededValue {
  readonly path: string[];
  /** Value that the mesh needs; undefined when the value must not be set. */
  readonly needed?: unknown;
  readonly reason: string;
  readonly fix: string;
}

/**
 * Throws unless the mesh works with the values of a user.
 * @throws MESH081 with the path of the value and the reason
 */
export function refuseContradictions(settings: ControlPlaneModel): void {
  const { ownValues = {}, cluster } = settings;
  const where = `installValues of '${cluster}'`;
  for (const part of Object.keys(ownValues).filter(name => !PARTS.includes(name))) {
    const option = ownValue(DECIDED_ELSEWHERE, part);
    const similar = similarTo(part, PARTS);
    throw new MeshError({
      code: MeshErrorCode.OWN_VALUES,
      where,
      what: option ? `'${part}' is decided by another option` : `Istio has no value '${part}'`,
      got: part,
      expected: `one of ${PARTS.join(', ')}`,
      fix: option ?? (similar === undefined ? 'remove it, or put it where Istio reads it' : `write ${similar}`),
    });
  }
  for (const value of neededValues(settings)) {
    refuseContradiction(ownValues, value, where);
  }
}

function refuseContradiction(ownValues: Values, { path, needed, reason, fix }: NeededValue, where: string): void {
  let found: unknown = ownValues;
  for (const [depth, key] of path.entries()) {
    if (!isRecord(found)) {
      throw new MeshError({
        code: MeshErrorCode.OWN_VALUES,
        where,
        what: `'${path.slice(0, depth).join('.')}' is no object, but the mesh needs values in it`,
        got: found,
        expected: 'an object',
        fix: `write an object, or remove ${path.slice(0, depth).join('.')}`,
      });
    }
    if (!Object.hasOwn(found, key)) {
      return;
    }
    found = found[key];
  }
  // Variables of an environment are texts, however a user writes them.
  const isNeeded = needed !== undefined && (isEqual(found, needed) || typeof needed === 'string' && String(found) === needed);
  if (!isNeeded) {
    throw new MeshError({
      code: MeshErrorCode.OWN_VALUES,
      where,
      what: `'${path.join('.')}' contradicts the mesh: ${reason}`,
      got: found,
      expected: needed === undefined ? 'no value' : shown(needed),
      fix,
    });
  }
}

function neededValues(settings: ControlPlaneModel): NeededValue[] {
  const remove = (name: string) => `remove ${name} from installValues`;
  const variable = (name: string) => ['meshConfig', 'defaultConfig', 'proxyMetadata', name];
  const networks = 'imports and gateways tell networks apart by the names of clusters';
  const ownIstiod = 'each cluster of the mesh runs its own istiod';
  return [
    {
      path: ['global', 'istioNamespace'],
      needed: settings.istioNamespace,
      reason: 'the control plane is in another namespace',
      fix: 'set istioNamespace on the cluster',
    },
    { path: ['global', 'meshID'], needed: settings.meshId, reason: 'all clusters have the ID of the mesh', fix: 'set meshId on the mesh' },
    {
      path: ['global', 'multiCluster', 'clusterName'],
      needed: settings.cluster,
      reason: 'gateways find their own endpoints by the name of the cluster',
      fix: remove('global.multiCluster.clusterName'),
    },
    { path: ['global', 'network'], reason: networks, fix: remove('global.network') },
    { path: ['global', 'meshNetworks'], reason: networks, fix: remove('global.meshNetworks') },
    { path: ['global', 'externalIstiod'], needed: false, reason: ownIstiod, fix: remove('global.externalIstiod') },
    { path: ['global', 'remotePilotAddress'], needed: '', reason: ownIstiod, fix: remove('global.remotePilotAddress') },
    {
      path: ['global', 'proxy', 'clusterDomain'],
      needed: settings.clusterDomain,
      reason: 'exports have the DNS domain of the cluster in their hosts',
      fix: 'set clusterDomain on the cluster',
    },
    {
      path: ['meshConfig', 'trustDomain'],
      needed: settings.trustDomain,
      reason: 'other clusters expect the trust domain that is declared',
      fix: 'set trustDomain on the cluster or the mesh',
    },
    {
      path: ['meshConfig', 'trustDomainAliases'],
      needed: settings.trustDomainAliases,
      reason: 'checks compare callers with the aliases that are declared',
      fix: 'set trustDomainAliases on the cluster',
    },
    {
      path: ['meshConfig', 'rootNamespace'],
      needed: settings.istioNamespace,
      reason: 'rules for the whole cluster are in the namespace of the control plane',
      fix: remove('meshConfig.rootNamespace'),
    },
    {
      path: ['meshConfig', 'defaultServiceExportTo'],
      needed: ['*'],
      reason: 'the ingress gateway must see exported Services of other namespaces',
      fix: remove('meshConfig.defaultServiceExportTo'),
    },
    {
      path: variable('ISTIO_META_DNS_CAPTURE'),
      needed: settings.dnsCapture ? 'true' : 'false',
      reason: settings.dnsCapture ? 'sidecars resolve imported hosts' : 'the DNS of the platform resolves imported hosts',
      fix: 'set dns on the cluster: ClusterDns.sidecarCapture() lets sidecars answer',
    },
    { path: variable('ISTIO_META_REQUESTED_NETWORK_VIEW'), reason: 'sidecars need endpoints of other networks', fix: remove('it') },
    { path: variable('ISTIO_META_NETWORK'), reason: networks, fix: remove('it') },
    ...settings.followsRoots ? [
      {
        path: variable('PROXY_CONFIG_XDS_AGENT'),
        needed: 'true',
        reason: 'proxies follow a change of roots',
        fix: 'remove it, or leave rotatable out of the trust of the cluster',
      },
      {
        path: ['pilot', 'env', 'ISTIO_MULTIROOT_MESH'],
        needed: 'true',
        reason: 'istiod follows a change of roots',
        fix: 'remove it, or leave rotatable out of the trust of the cluster',
      },
    ] : [],
    {
      path: ['pilot', 'env', 'PILOT_SCOPE_GATEWAY_TO_NAMESPACE'],
      needed: settings.gatewaysOfAnyNamespace ? 'false' : 'true',
      reason: 'gatewaysOfAnyNamespace decides which Gateway objects configure the gateways',
      fix: 'set gatewaysOfAnyNamespace on the cluster',
    },
  ];
}

/**
 * Merges values of a user into values of ours: objects key by key, and lists that both have item by item. Anything else is as the user
 * writes it, save where we set the same value. Ours come first.
 */
export function merged(ours: Values, own: Values | undefined): Values {
  const added = Object.entries(own ?? {}).filter(([key]) => !has(ours, key));
  const both = Object.entries(ours).map(([key, value]) => {
    const theirs = has(own, key) ? own![key] : undefined;
    if (Array.isArray(value) && Array.isArray(theirs)) {
      return [key, [...value, ...theirs.filter(item => !value.includes(item))]] as const;
    }
    return [key, isRecord(value) && isRecord(theirs) ? merged(value, theirs) : value] as const;
  });
  return Object.fromEntries([...both, ...added]);
}

/** The parts of the values of a user with these names. */
export function partsOf(own: Values | undefined, names: string[]): Values {
  return Object.fromEntries(Object.entries(own ?? {}).filter(([name]) => names.includes(name)));
}

/** The parts of the values of a user without those with these names. */
export function partsExcept(own: Values | undefined, names: string[]): Values {
  return Object.fromEntries(Object.entries(own ?? {}).filter(([name]) => !names.includes(name)));
}

function has(object: Values | undefined, key: string): boolean {
  return object !== undefined && Object.hasOwn(object, key);
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
