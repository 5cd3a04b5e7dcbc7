import { dnsLabel, labels } from '../names';
import { checkedOptions } from '../options/checked';
import { flag, instance, mapOf, text } from '../options/kinds';
import { optional, schema } from '../options/schema';

/** Settings of an import under the local name of a service. */
export interface LocalNameOptions {
  /**
   * Whether to create the Service in the importing cluster, without pods of its own. Set it only where the cluster has no Service
   * of that name: a Service that exists is never overwritten.
   * @default false - the importing cluster has the Service
   */
  readonly createService?: boolean;

  /**
   * Labels that the Service selects its pods by. The entries of remote gateways carry them, so that the Service selects the
   * gateways too.
   * @default - the selector of the Service, where it stands in the same chart; else `workloadSelector` of the exports; required for
   * a service of a catalog, whose labels could select the pods of another Service
   */
  readonly selector?: { [key: string]: string };

  /**
   * Labels of the pods of each version, by its name. An import of a service of a catalog is refused when the catalog has others.
   * @default - those of the exports; required for versions of a catalog that have other labels than `version`
   */
  readonly versionLabels?: { [version: string]: { [key: string]: string } };

  /**
   * Names of target ports, by the name of the port: Istio finds a port of an entry by the name of the target port, where the
   * Service names it.
   * @default - those of the Service, where it stands in the same chart; else target ports are numbers
   */
  readonly targetPorts?: { [port: string]: string };
}

export const LOCAL_NAME_OPTIONS = schema<LocalNameOptions>({
  createService: optional(flag),
  selector: optional(mapOf(text)),
  versionLabels: optional(mapOf(mapOf(text))),
  targetPorts: optional(mapOf(text)),
});

/**
 * Name by which callers reach an imported service.
 *
 * @example
 * cluster1.importService(api, { name: ImportName.local() });   // http://api.back:8000, as in the exporting cluster
 */
export class ImportName {
  /**
   * The host `<name>.<namespace>.<suffix>`, such as `httpbin.bar.global`, with a VIP of its own. Only the importing namespace sees
   * it on supported releases. Use it for services that only other clusters have.
   * @returns the name, for `name` of an import
   */
  public static global(): ImportName {
    return new ImportName();
  }

  /**
   * The service's own name, `<name>.<namespace>`, in every namespace of the importing cluster. Local pods answer first; when they
   * cannot, other clusters do. It needs no VIP and no DNS. Not on Istio 1.5.
   * @param options what the library cannot see of the Service in the importing cluster
   * @returns the name, for `name` of an import
   * @throws MESH001 for invalid labels, versions or port names, MESH004 for no labels
   */
  public static local(options: LocalNameOptions = {}): ImportName {
    const where = 'ImportName.local';
    const checked = checkedOptions(LOCAL_NAME_OPTIONS, options, where);
    if (checked.selector !== undefined) {
      labels(checked.selector, 'selector', where);
    }
    Object.entries(checked.versionLabels ?? {}).forEach(([version, podLabels]) => {
      labels(podLabels, `versionLabels of ${dnsLabel(version, 'version', where)}`, where);
    });
    Object.entries(checked.targetPorts ?? {}).flat().forEach(name => dnsLabel(name, 'port name', where));
    return new ImportName(checked);
  }

  private constructor(private readonly localOptions?: LocalNameOptions) {}

  /** Whether callers use the service's own name. */
  public get isLocal(): boolean {
    return this.localOptions !== undefined;
  }

  /**
   * Settings of the local name; undefined for the global one.
   * @internal
   */
  public get _local(): LocalNameOptions | undefined {
    return this.localOptions;
  }
}

/** The kind of options that hold the name of an import. */
export const IMPORT_NAME = instance(ImportName, { write: 'ImportName.global() or ImportName.local()' });
