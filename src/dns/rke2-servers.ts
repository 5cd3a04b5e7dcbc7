import { readCorefile, ServerBlock } from './corefile';

/** Server in the values of RKE2's CoreDNS chart. */
interface Rke2Server {
  readonly zones?: ReadonlyArray<{ readonly scheme?: string | null; readonly zone?: string | null }>;
  readonly port?: number | null;
  readonly plugins?: ReadonlyArray<{ readonly name?: string; readonly parameters?: unknown; readonly configBlock?: string | null }>;
}

/** Server blocks that RKE2's CoreDNS chart makes of its servers. A field that is missing or null counts as empty. */
export function blocksOfRke2Servers(servers: unknown[]): ServerBlock[] {
  return servers.flatMap(server => readCorefile(corefileOf((server ?? {}) as Rke2Server)));
}

function corefileOf({ zones, port, plugins }: Rke2Server): string {
  const keys = listOf(zones).map(({ scheme, zone }) => `${scheme ?? ''}${zone ?? '.'}:${port ?? 53}`);
  const directives = listOf(plugins).map(({ name, parameters, configBlock }) =>
    `${name ?? ''} ${parameters ?? ''}${configBlock ? ` {\n${configBlock}\n}` : ''}\n`);
  return `${keys.join(' ') || '.'} {\n${directives.join('')}}\n`;
}

function listOf<T>(values: readonly T[] | undefined): readonly T[] {
  return Array.isArray(values) ? values : [];
}
