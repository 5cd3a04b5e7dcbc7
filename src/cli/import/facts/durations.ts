import { call, data, Expression } from '../program/expression';

const UNITS: { readonly [unit: string]: number } = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** A time of Istio, such as `1.5s` or `1m30s`, in milliseconds; undefined for another text. */
export function milliseconds(time: unknown): number | undefined {
  if (typeof time !== 'string' || !/^(\d+(\.\d+)?(h|ms|m|s))+$/.test(time)) {
    return undefined;
  }
  const parts = [...time.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)];
  const sum = parts.reduce((total, [, number, unit]) => total + Number(number) * UNITS[unit], 0);
  return Math.abs(sum - Math.round(sum)) < 1e-6 && sum > 0 ? Math.round(sum) : undefined;
}

/** A time as a program declares it; undefined for what is no time in whole milliseconds. */
export function durationExpression(time: unknown): Expression | undefined {
  const value = milliseconds(time);
  if (value === undefined) {
    return undefined;
  }
  return value % 1000 === 0 ? call('Duration', 'seconds', data(value / 1000)) : call('Duration', 'millis', data(value));
}
