/** SNI by which a gateway in mode AUTO_PASSTHROUGH finds a Service. */
export interface ServiceSni {
  readonly port: number;
  /** Subset; empty for the whole Service. */
  readonly subset: string;
  readonly host: string;
}

/** The parts of an SNI; undefined for a name of another kind. */
export function serviceSni(text: unknown): ServiceSni | undefined {
  const [, port, subset, host] = typeof text === 'string' ? /^outbound_\.(\d{1,5})_\.([^_]*)_\.(.+)$/.exec(text) ?? [] : [];
  return host === undefined ? undefined : { port: Number(port), subset, host };
}

/** The SNI of a Service, a port and a subset. */
export function sniText({ port, subset, host }: ServiceSni): string {
  return `outbound_.${port}_.${subset}_.${host}`;
}
