import { Construct } from 'constructs';
import { duplicate } from './cluster-mistakes';
import type { ClusterSettings } from './cluster-settings';
import { MESH_NAMESPACE_OPTIONS, MeshNamespace, MeshNamespaceOptions } from '../control-plane/mesh-namespace';
import { inCall } from '../errors/problem';
import { dnsLabel } from '../names';
import { addWhole } from '../objects/provenance';
import { checkedOptions } from '../options/checked';

/** The namespaces that the folder of a cluster holds. */
export class ClusterNamespaces {
  private readonly names = new Set<string>();

  public constructor(private readonly settings: ClusterSettings) {}

  /** Whether the folder holds a namespace. */
  public has(name: string): boolean {
    return this.names.has(name);
  }

  /** Adds a namespace; the codes that it throws are those of `MeshCluster.addNamespace`. */
  public add(scope: Construct, name: string, options: MeshNamespaceOptions): MeshNamespace {
    const { name: cluster, istio, revision } = this.settings;
    const where = inCall(`${cluster}.addNamespace`, name);
    dnsLabel(name, 'namespace', where);
    const checked = checkedOptions(MESH_NAMESPACE_OPTIONS, options, where);
    if (this.names.has(name)) {
      throw duplicate(where, 'a namespace added twice', name);
    }
    const props = { ...checked, istio, name, revision };
    const added = addWhole(scope, `namespace-${name}`, (parent, id) => new MeshNamespace(parent, id, props));
    this.names.add(name);
    return added;
  }
}
