import { DraftContext, isForGuide } from './context';
import { objectAt, objectsIn, textsIn } from '../../../checks/content';
import type { WrittenCluster } from '../../../written/cluster';
import type { Manifest } from '../../../written/manifest';

/** What the control plane of the guide brought, and what a program needs no more. */
export function noteGuideObjects(context: DraftContext): void {
  for (const cluster of context.inputs.clusters.values()) {
    cluster.of('Gateway', 'networking.istio.io').filter(isWideGateway).forEach(gateway => noteGateway(gateway, context));
    cluster.of('EnvoyFilter', 'networking.istio.io').filter(rewritesSni).forEach(filter => replaced(filter, context, 'exports and imports '
      + 'name the SNI of the Service itself, so no gateway rewrites it'));
    cluster.of('DestinationRule', 'networking.istio.io').filter(rule => isWideRule(rule, context.suffix))
      .forEach(rule => replaced(rule, context,
        'each import has a DestinationRule with mutual TLS of its own'));
    noteDns(cluster, context);
  }
}

/** On the release of the guide the control plane installs these objects; on later ones they are in the way. */
function replaced(manifest: Manifest, context: DraftContext, reason: string): void {
  if (isForGuide(context)) {
    context.ledger.leave(manifest, 'the control plane of Istio 1.5 installs it');
  } else {
    context.ledger.replace(manifest, reason);
  }
}

function noteGateway(gateway: Manifest, context: DraftContext): void {
  const others = objectsIn(objectAt(gateway.content.spec).servers).filter(server => objectAt(server.tls).mode !== 'AUTO_PASSTHROUGH');
  if (others.length > 0) {
    context.ledger.refuse(gateway, 'it has servers beside the one for other clusters: keep those in a Gateway of their own');
    return;
  }
  replaced(gateway, context, 'each export opens its own Service, and no other');
}

/** Whether a Gateway opens every Service, or every host of the guide. */
function isWideGateway({ content }: Manifest): boolean {
  const servers = objectsIn(objectAt(content.spec).servers).filter(server => objectAt(server.tls).mode === 'AUTO_PASSTHROUGH');
  return servers.some(({ hosts }) => textsIn(hosts).some(host => host.replace(/^[^/]*\//, '').startsWith('*')));
}

/** Whether a filter rewrites the SNI of the guide, `httpbin.bar.global`, to the name of a local Service. */
function rewritesSni({ content }: Manifest): boolean {
  const text = JSON.stringify(objectAt(content.spec));
  return text.includes('tcp_cluster_rewrite') || text.includes('cluster_replacement');
}

function isWideRule({ content }: Manifest, suffix: string): boolean {
  const { host, trafficPolicy, subsets } = objectAt(content.spec);
  return host === `*.${suffix}` && objectAt(objectAt(trafficPolicy).tls).mode === 'ISTIO_MUTUAL'
    && Object.keys(objectAt(trafficPolicy)).length === 1
    && subsets === undefined;
}

/** Forwarding of names to istiocoredns, which later releases do not have. */
function noteDns(cluster: WrittenCluster, context: DraftContext): void {
  const { ledger, suffix } = context;
  const configs = cluster.of('ConfigMap').filter(({ namespace, name }) => namespace === 'kube-system'
    && ['kube-dns', 'coredns'].includes(name));
  for (const config of configs) {
    const { stubDomains, Corefile } = objectAt(config.content.data);
    const forwards = typeof stubDomains === 'string' && stubDomains.includes(`"${suffix}"`)
      || typeof Corefile === 'string' && new RegExp(`(^|\\s)${suffix.replace(/\./g, '\\.')}(:53)?\\s*\\{`, 'm').test(Corefile);
    if (forwards && !ledger.knows(config)) {
      const reason = `sidecars answer names of ${suffix}: take the domain out of the ConfigMap once no pod without a sidecar needs it`;
      ledger.replace(config, reason, { remove: false });
      ledger.decide(`pods of ${cluster.name} without a sidecar resolved names of ${suffix} by ${config.name}: see docs/how-to/`
        + 'resolve-names-without-a-sidecar.md if there are any');
    }
  }
}
