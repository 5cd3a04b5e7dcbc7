import { readCorefile, ServerBlock } from './corefile';

/** Server in the values of RKE2's CoreDNS chart. */
interface Rke2Server {
  readonly zones?: ReadonlyArray<{ readonly scheme?: string; readonly zone?: string }>;
  readonly port?: number;
  readonly plugins?: ReadonlyArray<{ readonly name?: string; readonly parameters?: unknown; readonly configBlock?: string }>;
}

/** Server blocks that RKE2's CoreDNS chart makes of its servers. A list that is missing in a server counts as empty. */
export function blocksOfRke2Servers(servers: unknown[]): ServerBlock[] {
  return servers.flatMap(server => readCorefile(corefileOf((server ?? {}) as Rke2Server)));
}

function corefileOf({ zones, port = 53, plugins }: Rke2Server): string {
  const keys = listOf(zones).map(({ scheme = '', zone = '.' }) => `${scheme}${zone}:${port}`);
  const directives = listOf(plugins).map(({ name = '', parameters = '', configBlock }) =>
    `${name} ${parameters}${configBlock === undefined ? '' : ` {\n${configBlock}\n}`}\n`);
  return `${keys.join(' ') || '.'} {\n${directives.join('')}}\n`;
}

function listOf<T>(values: readonly T[] | undefined): readonly T[] {
  return Array.isArray(values) ? values : [];
}
