import { Meaning, meaningOf, Reach } from './meaning';
import { hostsOf } from '../../written/cluster';
import { Manifest, titleOf } from '../../written/manifest';
import type { WrittenMesh } from '../../written/mesh';
import { openedHosts } from '../../written/opened-hosts';
import { serviceSni } from '../../written/sni';

/** What a change does: it cuts traffic, opens access, or neither. */
export type Effect = 'cuts' | 'opens' | 'changes';

/** A change of meaning. */
export interface Change {
  readonly cluster: string;
  readonly effect: Effect;
  readonly text: string;
  /** Hosts and policies whose objects the change explains. */
  readonly about: readonly string[];
}

/** Object that was added, removed or changed, and that no change of meaning explains. */
export interface ObjectChange {
  readonly cluster: string;
  readonly kind: 'added' | 'removed' | 'changed';
  readonly object: string;
}

/** Differences between two states of a mesh. */
export interface MeshDiff {
  /** Changes by cluster; within a cluster, what cuts or opens comes first. */
  readonly changes: Change[];
  readonly objects: ObjectChange[];
}

const ORDER: Effect[] = ['cuts', 'opens', 'changes'];

/**
 * Compares two states of a mesh by what their objects mean.
 * @param more changes that no object shows
 */
export function diffOf(before: WrittenMesh, after: WrittenMesh, more: Change[] = []): MeshDiff {
  const [old, fresh] = [meaningOf(before), meaningOf(after)];
  const changes = [
    ...more,
    ...clusterChanges(before, after),
    ...reachChanges(old, fresh),
    ...openedChanges(old, fresh),
    ...callerChanges(old, fresh),
  ];
  const sorted = [...new Map(changes.map(change => [`${change.cluster} ${ORDER.indexOf(change.effect)} ${change.text}`, change]))]
    .sort(([a], [b]) => a < b ? -1 : 1).map(([, change]) => change);
  return { changes: sorted, objects: objectChanges(before, after, sorted) };
}

function clusterChanges(before: WrittenMesh, after: WrittenMesh): Change[] {
  const names = [...new Set([...before.clusters.keys(), ...after.clusters.keys()])];
  return names.flatMap((cluster): Change[] => {
    const [old, fresh] = [before.clusters.get(cluster), after.clusters.get(cluster)];
    if (old === undefined || fresh === undefined) {
      const text = fresh ? 'the cluster joins the mesh' : 'the cluster leaves the folders';
      return [{ cluster, text, effect: fresh ? 'opens' : 'cuts', about: [] }];
    }
    return old.settings.file?.text === fresh.settings.file?.text ? [] : [
      { cluster, effect: 'changes', text: 'the install values changed: install Istio again', about: [] },
    ];
  });
}

function reachChanges(before: Meaning, after: Meaning): Change[] {
  return keysOf(before.reaches, after.reaches).flatMap((key): Change[] => {
    const [old, fresh] = [before.reaches.get(key), after.reaches.get(key)];
    const { cluster, namespace, host, port } = (fresh ?? old)!;
    const change = (effect: Effect, text: string): Change => ({ cluster, effect, text, about: aboutHost(host) });
    const target = `${host}:${port}`;
    if (fresh === undefined) {
      return [change('cuts', `${namespace} can no longer reach ${target}`)];
    }
    if (old === undefined) {
      const stopped = fresh.stopped === undefined ? [] : [change('cuts', `requests of ${namespace} to ${target} stop: ${fresh.stopped}`)];
      return [change('opens', `${namespace} can now reach ${target} ${fresh.path}${exportersText(fresh)}`), ...stopped];
    }
    return changesOfReach(old, fresh, change);
  });
}

function changesOfReach(old: Reach, fresh: Reach, change: (effect: Effect, text: string) => Change): Change[] {
  const { namespace, host, port } = fresh;
  const target = `${host}:${port}`;
  const gone = old.exporters.filter(exporter => !fresh.exporters.includes(exporter));
  const added = fresh.exporters.filter(exporter => !old.exporters.includes(exporter));
  const acceptsAll = fresh.servers.includes('every workload') && !old.servers.includes('every workload');
  return [
    ...fresh.stopped !== undefined && old.stopped !== fresh.stopped
      ? [change('cuts', `requests of ${namespace} to ${target} stop: ${fresh.stopped}`)] : [],
    ...old.stopped !== undefined && fresh.stopped === undefined
      ? [change('opens', `requests of ${namespace} to ${target} are answered again`)] : [],
    ...gone.length > 0 && fresh.stopped === undefined
      ? [change('cuts', `requests of ${namespace} to ${target} no longer go to ${gone.join(', ')}`)] : [],
    ...added.length > 0 && old.stopped === undefined
      ? [change('opens', `requests of ${namespace} to ${target} go to ${added.join(', ')} too`)] : [],
    ...old.gateways === fresh.gateways || gone.length + added.length > 0 || fresh.stopped !== undefined || old.stopped !== undefined
      ? [] : [change('changes', `requests of ${namespace} to ${target} go to the gateways ${fresh.gateways}, before ${old.gateways}`)],
    ...old.path === fresh.path || fresh.stopped !== undefined || old.stopped !== undefined
      ? [] : [change('changes', `requests of ${namespace} to ${target} go ${fresh.path}, before ${old.path}`)],
    ...old.vips === fresh.vips
      ? [] : [change('changes', `the VIP of ${host} in ${namespace} moved from ${old.vips || 'none'} to ${fresh.vips || 'none'}`)],
    ...old.routes === fresh.routes
      ? [] : [change('changes', `routes of ${namespace} to ${target}: ${fresh.routes || 'none'}; before: ${old.routes || 'none'}`)],
    ...old.servers === fresh.servers
      ? [] : [change(acceptsAll ? 'opens' : 'changes', `${namespace} to ${target}: ${fresh.servers}; before: ${old.servers}`)],
  ];
}

function openedChanges(before: Meaning, after: Meaning): Change[] {
  return keysOf(before.opened, after.opened).flatMap((key): Change[] => {
    const [old, fresh] = [before.opened.get(key), after.opened.get(key)];
    const { cluster, host } = (fresh ?? old)!;
    if (old !== undefined && fresh !== undefined) {
      return [];
    }
    return [{
      cluster,
      about: aboutHost(host),
      ...fresh
        ? { effect: 'opens' as const, text: `the gateway opens ${host} for other clusters` }
        : { effect: 'cuts' as const, text: `the export of ${host} is closed` },
    }];
  });
}

function callerChanges(before: Meaning, after: Meaning): Change[] {
  return keysOf(before.callers, after.callers).flatMap((key): Change[] => {
    const [old, fresh] = [before.callers.get(key), after.callers.get(key)];
    const { cluster, policy } = (fresh ?? old)!;
    const change = (effect: Effect, text: string): Change => ({ cluster, effect, text, about: [policy] });
    if (fresh === undefined) {
      return [change('opens', `${policy} is gone: callers are no longer limited to ${old!.principals.join(', ') || 'its rules'}`)];
    }
    if (old === undefined) {
      return [change('cuts', `${policy} accepts only ${fresh.principals.join(', ') || 'the callers of its rules'}`)];
    }
    const gone = old.principals.filter(principal => !fresh.principals.includes(principal));
    const added = fresh.principals.filter(principal => !old.principals.includes(principal));
    return [
      ...gone.length > 0 ? [change('cuts', `${policy} no longer accepts ${gone.join(', ')}`)] : [],
      ...added.length > 0 ? [change('opens', `${policy} now accepts ${added.join(', ')}`)] : [],
    ];
  });
}

/** Objects whose content differs, without those that a change of meaning in their cluster explains. */
function objectChanges(before: WrittenMesh, after: WrittenMesh, changes: Change[]): ObjectChange[] {
  const [old, fresh] = [objectsOf(before), objectsOf(after)];
  return keysOf(old, fresh).sort().flatMap((key): ObjectChange[] => {
    const [one, other] = [old.get(key), fresh.get(key)];
    const { cluster, manifest } = (other ?? one)!;
    if (one && other && JSON.stringify(one.manifest.content) === JSON.stringify(other.manifest.content)) {
      return [];
    }
    const about = changes.filter(change => change.cluster === cluster).flatMap(change => change.about);
    const subjects = [...one ? subjectsOf(one.manifest) : [], ...other ? subjectsOf(other.manifest) : []];
    if (subjects.some(subject => about.includes(subject))) {
      return [];
    }
    return [{ cluster, object: titleOf(manifest), kind: one === undefined ? 'added' : other === undefined ? 'removed' : 'changed' }];
  });
}

interface OwnedManifest {
  readonly cluster: string;
  readonly manifest: Manifest;
}

function objectsOf(mesh: WrittenMesh): Map<string, OwnedManifest> {
  const owned = [...mesh.clusters.values()].flatMap(({ name, manifests }) => manifests.map(manifest => ({ cluster: name, manifest })));
  const others = mesh.otherManifests.map(manifest => ({ cluster: '', manifest }));
  return new Map([...owned, ...others].map(item => {
    const { kind, group, namespace, name } = item.manifest;
    return [`${item.cluster} ${kind}.${group} ${namespace}/${name}`, item];
  }));
}

/** Hosts and policies that an object is about, in the form of `Change.about`. */
function subjectsOf(manifest: Manifest): string[] {
  const gateways = manifest.kind === 'Gateway' ? openedHosts([manifest]).map(({ host }) => host) : [];
  const [, service] = manifest.kind === 'WorkloadEntry' ? /^mesh\.([a-z0-9-]+)\./.exec(manifest.name) ?? [] : [];
  const hosts = [...hostsOf(manifest, 'cluster.local'), ...gateways].map(host => serviceSni(host)?.host ?? host);
  const remote = hosts.flatMap(host => /^(.+)\.remote-gateways\.internal$/.exec(host)?.[1] ?? []);
  return [...hosts.flatMap(aboutHost), ...remote, ...service === undefined ? [] : [`${service}.${manifest.namespace}`], titleOf(manifest)];
}

/** A host, and the service that it names: `httpbin.bar`, and `httpbin-bar` as objects of an egress gateway name it. */
function aboutHost(host: string): string[] {
  const [name, namespace] = host.split('.');
  return [host, `${name}.${namespace}`, `${name}-${namespace}`];
}

function exportersText({ exporters }: Reach): string {
  return exporters.length > 0 ? `, in ${exporters.join(', ')}` : '';
}

function keysOf(one: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>): string[] {
  return [...new Set([...one.keys(), ...other.keys()])];
}
