import { Duration } from 'cdk8s';
import { checkedTime } from './durations';
import { checkedPercentage, checkedWhole } from './numbers';
import { checkedPath } from './path-match';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dnsLabel, dnsName } from '../names';
import { duration } from '../options/cdk8s-kinds';
import { list, mapOf, numeric, text } from '../options/kinds';
import { optional, schema } from '../options/schema';

/** Answer that sends the caller elsewhere. The request reaches no endpoint. */
export interface Redirect {
  /**
   * Host of the new address.
   * @default - the host of the request
   */
  readonly host?: string;

  /**
   * Path of the new address.
   * @default - the path of the request
   */
  readonly path?: string;

  /**
   * Port of the new address.
   * @default - the port of the request
   */
  readonly port?: number;

  /**
   * Scheme of the new address: `http` or `https`.
   * @default - the scheme of the request
   */
  readonly scheme?: string;

  /**
   * Status code: 301, 302, 303, 307 or 308.
   * @default 301
   */
  readonly status?: number;
}

export const REDIRECT = schema<Redirect>({
  host: optional(text), path: optional(text), port: optional(numeric), scheme: optional(text), status: optional(numeric),
});

/** Change of a request before it is sent on. */
export interface Rewrite {
  /**
   * Path that replaces the one that the condition matches: the whole path, or the part that a prefix matches.
   * @default - the path of the request
   */
  readonly path?: string;

  /**
   * Host that the server gets in the header `Host`. It changes neither the destination nor the SNI.
   * @default - the host of the request
   */
  readonly host?: string;
}

export const REWRITE = schema<Rewrite>({ path: optional(text), host: optional(text) });

/** Copy of requests to another version or cluster. The answers to the copies are thrown away. */
export interface Mirror {
  /**
   * Version that gets the copies. Set either this or `cluster`.
   * @default - `cluster`
   */
  readonly version?: string;

  /**
   * Cluster that gets the copies.
   * @default - `version`
   */
  readonly cluster?: string;

  /**
   * Percentage of the requests that are copied, above 0.
   * @default 100
   */
  readonly percent?: number;
}

export const MIRROR = schema<Mirror>({ version: optional(text), cluster: optional(text), percent: optional(numeric) });

/** Errors and delays that the sidecar of the caller makes, for tests. */
export interface FaultInjection {
  /**
   * Status code from 200 to 599 that the sidecar answers itself.
   * @default - no answer is replaced
   */
  readonly abortStatus?: number;

  /**
   * Percentage of the requests that are answered by `abortStatus`.
   * @default 100
   */
  readonly abortPercent?: number;

  /**
   * Time that the sidecar waits before it sends the request.
   * @default - no request is delayed
   */
  readonly delay?: Duration;

  /**
   * Percentage of the requests that are delayed.
   * @default 100
   */
  readonly delayPercent?: number;
}

export const FAULT_INJECTION = schema<FaultInjection>({
  abortStatus: optional(numeric), abortPercent: optional(numeric), delay: optional(duration), delayPercent: optional(numeric),
});

/** Changes of headers. */
export interface HeaderChanges {
  /**
   * Headers that are set, instead of those of the same name.
   * @default - none
   */
  readonly set?: { [name: string]: string };

  /**
   * Headers that are added to those of the same name.
   * @default - none
   */
  readonly add?: { [name: string]: string };

  /**
   * Names of headers that are removed.
   * @default - none
   */
  readonly remove?: string[];
}

export const HEADER_CHANGES = schema<HeaderChanges>({
  set: optional(mapOf(text)), add: optional(mapOf(text)), remove: optional(list(text)),
});

const REDIRECT_CODES = [301, 302, 303, 307, 308];

/** Throws for a redirect that says nothing, or that Istio refuses. */
export function refuseInvalidRedirect({ host, path, port, scheme, status }: Redirect, where: string): void {
  if ((host ?? path ?? port ?? scheme) === undefined) {
    throw nothing('redirect', 'a host, path, port or scheme', where);
  }
  if (host !== undefined) {
    dnsName(host, 'host of a redirect', where);
  }
  if (path !== undefined) {
    checkedPath(path, where);
  }
  if (port !== undefined) {
    checkedWhole(port, { what: 'port of a redirect', least: 1, most: 65535 }, where);
  }
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') {
    throw wrong('scheme of a redirect', scheme, 'http or https', where);
  }
  if (status !== undefined && !REDIRECT_CODES.includes(status)) {
    throw wrong('status of a redirect', status, `one of ${REDIRECT_CODES.join(', ')}`, where);
  }
}

/** Throws for a rewrite that says nothing. */
export function refuseInvalidRewrite({ path, host }: Rewrite, where: string): void {
  if ((path ?? host) === undefined) {
    throw nothing('rewrite', 'a path or host', where);
  }
  if (path !== undefined) {
    checkedPath(path, where);
  }
  if (host !== undefined) {
    dnsName(host, 'host of a rewrite', where);
  }
}

/** Throws for a mirror without exactly one target. */
export function refuseInvalidMirror({ version, cluster, percent }: Mirror, where: string): void {
  if ((version === undefined) === (cluster === undefined)) {
    throw nothing('mirror', 'either a version or a cluster', where);
  }
  dnsLabel((version ?? cluster)!, version === undefined ? 'cluster name' : 'version', where);
  checkedPercentage(percent ?? 100, 'requests that are copied', where);
}

/** Throws for a fault that says nothing, or that Istio refuses. */
export function refuseInvalidFault({ abortStatus, abortPercent, delay, delayPercent }: FaultInjection, where: string): void {
  if ((abortStatus === undefined && delay === undefined)
    || (abortPercent !== undefined && abortStatus === undefined)
    || (delayPercent !== undefined && delay === undefined)) {
    throw nothing('fault injection', 'abortStatus or delay, each with its percentage', where);
  }
  if (abortStatus !== undefined) {
    checkedWhole(abortStatus, { what: 'status of a fault', least: 200, most: 599 }, where);
  }
  checkedPercentage(abortPercent ?? 100, 'requests that are answered', where);
  checkedPercentage(delayPercent ?? 100, 'requests that are delayed', where);
  if (delay) {
    checkedTime(delay, 'delay', where);
  }
}

/** Throws for changes of headers that say nothing, or that would change where the request goes. */
export function refuseInvalidHeaderChanges(changes: HeaderChanges, where: string): void {
  const { set = {}, add = {}, remove = [] } = changes;
  const names = [...Object.keys(set), ...Object.keys(add), ...remove];
  if (names.length === 0) {
    throw nothing('change of headers', 'headers to set, add or remove', where);
  }
  const invalid = names.find(name => !/^[A-Za-z0-9_-]+$/.test(name) || name.toLowerCase() === 'host');
  if (invalid !== undefined) {
    throw wrong('name of a changed header', invalid, 'letters, digits, "-" and "_", and not "host", which a rewrite changes', where);
  }
  const value = [...Object.values(set), ...Object.values(add)].find(content => /[\u0000-\u001f\u007f]/.test(content));
  if (value !== undefined) {
    throw wrong('value of a changed header', value, 'a text without control characters', where);
  }
}

function nothing(what: string, expected: string, where: string): MeshError {
  const problem = `a ${what} that says too little or too much`;
  return new MeshError({ code: MeshErrorCode.EMPTY, where, what: problem, expected, fix: `give ${expected}` });
}

function wrong(what: string, got: unknown, expected: string, where: string): MeshError {
  return new MeshError({ code: MeshErrorCode.INVALID_OPTION, where, what: `an invalid ${what}`, got, expected, fix: `write ${expected}` });
}
