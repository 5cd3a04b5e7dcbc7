import { isRecord } from '../../options/kind';

/** A field of an object that differs from its file. */
export interface Difference {
  readonly path: (string | number)[];
  /** Value in the cluster; undefined where the field is missing. */
  readonly got: unknown;
  /** Value in the file; undefined where the file does not have the field. */
  readonly expected: unknown;
}

/** How an object is compared with its file. */
export interface Comparison {
  /** Whether fields that the file does not have are differences too, as in objects of Istio, to which nothing adds defaults. */
  readonly isWhole: boolean;
}

/** A quantity of Kubernetes, such as `100m` and `128Mi`, which the API server writes in its own way. */
const QUANTITY = /^(\d+(?:\.\d+)?)(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/;

const FACTORS: { readonly [suffix: string]: number } = {
  m: 0.001, k: 1e3, M: 1e6, G: 1e9, T: 1e12, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40,
};

/** The fields in which an object of the cluster differs from its file. */
export function differences(file: any, live: any, comparison: Comparison): Difference[] {
  const { apiVersion: _, kind: __, metadata, status: ___, ...rest } = file;
  const parts = Object.keys(rest).flatMap(key => compared(rest[key], live[key], [key], comparison));
  const ownMetadata = ['labels', 'annotations'].flatMap(
    key => compared(metadata[key] ?? {}, live.metadata?.[key] ?? {}, ['metadata', key], { isWhole: false }),
  );
  return [...parts, ...ownMetadata];
}

function compared(expected: unknown, got: unknown, path: (string | number)[], comparison: Comparison): Difference[] {
  if (isRecord(expected) && isRecord(got)) {
    const keys = [...new Set([...Object.keys(expected), ...comparison.isWhole ? Object.keys(got) : []])].sort();
    return keys.flatMap(key => compared(expected[key], got[key], [...path, key], comparison));
  }
  if (Array.isArray(expected) && Array.isArray(got)) {
    return comparedLists(expected, got, path, comparison);
  }
  return isSame(expected, got) || !comparison.isWhole && isSameQuantity(expected, got) ? [] : [{ path, got, expected }];
}

function comparedLists(expected: unknown[], got: unknown[], path: (string | number)[], comparison: Comparison): Difference[] {
  if (!comparison.isWhole && expected.length > 0 && expected.every(hasName)) {
    const named = (name: string) => got.find((other: any) => other?.name === name);
    return expected.flatMap((item: any, i) => compared(item, named(item.name), [...path, i], comparison));
  }
  if (expected.length !== got.length) {
    return [{ path, got, expected }];
  }
  return expected.flatMap((item, i) => compared(item, got[i], [...path, i], comparison));
}

function hasName(item: unknown): boolean {
  return isRecord(item) && typeof item.name === 'string';
}

/** Whether two values are the same, or nothing: the API server drops what is empty. */
function isSame(one: unknown, other: unknown): boolean {
  if (isEmpty(one) && isEmpty(other)) {
    return true;
  }
  return JSON.stringify(one) === JSON.stringify(other);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || Array.isArray(value) && value.length === 0
    || isRecord(value) && Object.values(value).every(isEmpty);
}

function isSameQuantity(one: unknown, other: unknown): boolean {
  const [first, second] = [one, other].map(amountOf);
  return first !== undefined && first === second;
}

function amountOf(value: unknown): number | undefined {
  const [, number, suffix] = QUANTITY.exec(typeof value === 'string' || typeof value === 'number' ? String(value) : '') ?? [];
  return number === undefined ? undefined : Number((Number(number) * (suffix === undefined ? 1 : FACTORS[suffix])).toPrecision(12));
}
