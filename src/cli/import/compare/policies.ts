import { LostField, lostFields, lostText } from './lost';
import { objectAt, objectsIn } from '../../../checks/content';
import { isRecord } from '../../../options/kind';
import type { Manifest } from '../../../written/manifest';
import { serviceSni } from '../../../written/sni';
import { subsetsOf } from '../../../written/tls-policy';
import { durationExpression, milliseconds } from '../facts/durations';
import { call, data, Data, Expression, object } from '../program/expression';

/** What a rule says that another one does not. */
export interface PolicyDifference {
  /** Fields of a traffic policy that options can add: they are alike for every port and subset. */
  readonly patch: { readonly [field: string]: any };
  /** The fields of the patch, in words. */
  readonly patchReasons: readonly string[];
  /** Differences that no option removes, in words. */
  readonly reasons: readonly string[];
}

/** Compares what two DestinationRules say of the ports and subsets of a host. */
export function policyDifference(before: Manifest, after: Manifest, ports: ReadonlyArray<{ readonly number: number }>): PolicyDifference {
  const missing = subsetsOf(before).filter(subset => !subsetsOf(after).includes(subset));
  const subsets = ['', ...subsetsOf(before).filter(subset => !missing.includes(subset))];
  const places = ports.flatMap(({ number }) => subsets.map(subset => ({
    subset, number, before: policyAt(before, number, subset), after: policyAt(after, number, subset),
  })));
  const losses = places.map(place => lostFields(normalized(withoutTls(place.before)), normalized(withoutTls(place.after))));
  const tls = places.flatMap(({ number, subset, before: some, after: other }) => tlsReasons(some.tls, other.tls, number, subset));
  const all = new Map(losses.flat().map(lost => [lost.path.join('\n'), lost]));
  const [patchable, others] = parted([...all.values()], lost => places.every(place => at(place.before, lost.path) !== undefined
    && String(at(normalized(place.before), lost.path)) === String(lost.before)) && !lost.path.some(isOfList));
  return {
    patch: patchable.reduce((patch, lost) => withField(patch, lost), {}),
    patchReasons: patchable.map(lost => `trafficPolicy.${lostText(lost)}`),
    reasons: [
      ...missing.map(subset => `the subset ${subset} is not written`),
      ...others.map(lost => `of some ports or subsets: trafficPolicy.${lostText(lost)}`),
      ...[...new Set(tls)],
    ],
  };
}

/** Parts of a path that options do not set: items of lists, and orders by labels of endpoints, which are those of the library. */
function isOfList(part: string): boolean {
  return /^\d+$/.test(part) || part === 'failoverPriority';
}

/** The policy of a port and subset: Istio takes settings of a port as a whole, and those of a subset field by field. */
function policyAt(rule: Manifest, port: number, subset: string): any {
  const { trafficPolicy, subsets } = objectAt(rule.content.spec);
  const own = objectsIn(subsets).find(({ name }) => name === subset);
  return { ...ofPort(trafficPolicy, port), ...ofPort(own?.trafficPolicy, port) };
}

function ofPort(policy: unknown, port: number): any {
  const { portLevelSettings, ...common } = objectAt(policy);
  const found = objectsIn(portLevelSettings).find(setting => objectAt(setting.port).number === port);
  const { port: _, ...settings } = found ?? {};
  return found ? settings : common;
}

function withoutTls({ tls, ...others }: any): any {
  return others;
}

/** Fields in one spelling: times in milliseconds, and older names of fields by their newer ones. */
function normalized(policy: any): any {
  if (Array.isArray(policy)) {
    return policy.map(normalized);
  }
  if (!isRecord(policy)) {
    return milliseconds(policy) ?? policy;
  }
  return Object.fromEntries(Object.entries(policy).map(([key, value]) => [RENAMED[key] ?? key, normalized(value)]));
}

const RENAMED: { readonly [old: string]: string } = { consecutiveErrors: 'consecutive5xxErrors', warmupDurationSecs: 'warmup' };

function tlsReasons(before: any, after: any, port: number, subset: string): string[] {
  const { mode, sni, ...others } = objectAt(before);
  const { mode: newMode, sni: newSni, ...newOthers } = objectAt(after);
  const where = `port ${port}${subset === '' ? '' : ` of the subset ${subset}`}`;
  const isKept = serviceSni(sni) === undefined || sni === newSni;
  return [
    ...mode !== undefined && newMode !== undefined && mode !== newMode ? [`TLS of ${where} is ${mode} and becomes ${newMode}`] : [],
    ...isKept ? [] : [`the SNI of ${where} is ${sni} and becomes ${newSni}`],
    ...lostFields(others, newOthers).map(lost => `TLS of ${where}: ${lostText(lost)}`),
  ];
}

/** A policy of Istio as options of an import, and what no option says in Istio's words. */
export function policyOptions(patch: { readonly [field: string]: any }): { readonly [option: string]: Expression } {
  const rest = copied(patch);
  const connectTimeout = durationExpression(taken(rest, ['connectionPool', 'tcp', 'connectTimeout']));
  const simple = SIMPLE[at(rest, ['loadBalancer', 'simple']) as string];
  if (simple !== undefined) {
    taken(rest, ['loadBalancer', 'simple']);
  }
  const limits = Object.fromEntries(LIMITS.flatMap(([name, path]) => {
    const value = taken(rest, path);
    return typeof value === 'number' ? [[name, data(value)]] : [];
  }));
  const others = withoutEmpty(rest);
  return {
    ...simple !== undefined && { loadBalancing: call('LoadBalancing', simple) },
    ...Object.keys(limits).length > 0 && { connectionLimits: object(limits) },
    ...connectTimeout !== undefined && { connectTimeout },
    ...Object.keys(others).length > 0 && { overrides: object({ trafficPolicy: data(others as { [key: string]: Data }) }) },
  };
}

const SIMPLE: { readonly [name: string]: string } = { ROUND_ROBIN: 'roundRobin', LEAST_REQUEST: 'leastRequest', RANDOM: 'random' };

const LIMITS: ReadonlyArray<readonly [string, readonly string[]]> = [
  ['maxConnections', ['connectionPool', 'tcp', 'maxConnections']],
  ['maxPendingRequests', ['connectionPool', 'http', 'http1MaxPendingRequests']],
  ['maxRequests', ['connectionPool', 'http', 'http2MaxRequests']],
  ['maxRequestsPerConnection', ['connectionPool', 'http', 'maxRequestsPerConnection']],
  ['maxConcurrentStreams', ['connectionPool', 'http', 'maxConcurrentStreams']],
  ['maxRetries', ['connectionPool', 'http', 'maxRetries']],
];

function copied(value: any): any {
  return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copied(item)])) : value;
}

/** Takes a field out of an object. */
function taken(from: any, path: readonly string[]): unknown {
  const holder = at(from, path.slice(0, -1));
  const key = path[path.length - 1];
  if (!isRecord(holder) || !(key in holder)) {
    return undefined;
  }
  const value = holder[key];
  delete (holder as any)[key];
  return value;
}

function withoutEmpty(value: any): any {
  return Object.fromEntries(Object.entries(value).flatMap(([key, item]) => {
    const clean = isRecord(item) ? withoutEmpty(item) : item;
    return isRecord(clean) && Object.keys(clean).length === 0 ? [] : [[key, clean]];
  }));
}

function withField(patch: any, { path, before }: LostField): any {
  const [key, ...rest] = path;
  return {
    ...patch,
    [key]: rest.length === 0 ? asWritten(path, before) : withField(patch[key]
    ?? {}, { path: rest, before, after: undefined }),
  };
}

/** A time that was compared in milliseconds, as Istio reads it. */
function asWritten(path: readonly string[], value: unknown): unknown {
  const isTime = /(Timeout|Duration|interval|Interval|Time|time|warmup)$/.test(path[path.length - 1]);
  return isTime && typeof value === 'number' ? `${value % 1000 === 0 ? `${value / 1000}s` : `${value}ms`}` : value;
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((found, key) => isRecord(found) ? found[key] : undefined, value);
}

function parted<T>(items: readonly T[], isFirst: (item: T) => boolean): readonly [T[], T[]] {
  return [items.filter(isFirst), items.filter(item => !isFirst(item))];
}
