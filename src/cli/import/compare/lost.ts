import { shown } from '../../../errors/problem';
import { isRecord } from '../../../options/kind';

/** A field that an object has and another one has not, or has with another value. */
export interface LostField {
  readonly path: readonly string[];
  readonly before: unknown;
  readonly after: unknown;
}

/** The fields of a value that another value lacks. The other one may have more. Lists are compared as a whole. */
export function lostFields(before: unknown, after: unknown, path: readonly string[] = []): LostField[] {
  if (isRecord(before) && (isRecord(after) || after === undefined)) {
    return Object.entries(before).flatMap(([key, value]) => lostFields(value, after?.[key], [...path, key]));
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((item, i) => lostFields(item, after[i], [...path, String(i)]));
  }
  const isSame = before === after || String(before) === String(after) && typeof before !== 'object';
  return before === undefined || isSame || isEmpty(before) && after === undefined ? [] : [{ path, before, after }];
}

function isEmpty(value: unknown): boolean {
  return isRecord(value) && Object.keys(value).length === 0 || Array.isArray(value) && value.length === 0;
}

/** A field that the program adds, in words; the other object is the one that lacks it. */
export function addedText({ path, before }: LostField): string {
  return `${fieldText(path)} ${shown(before)} is new`;
}

function fieldText(path: readonly string[]): string {
  return path.map(part => /^\d+$/.test(part) ? `[${part}]` : `.${part}`).join('').replace(/^\./, '');
}

/** A lost field in words: `spec.ports[0].targetPort 80 is not written`. */
export function lostText({ path, before, after }: LostField): string {
  const field = fieldText(path);
  return after === undefined ? `${field} ${shown(before)} is not written` : `${field} ${shown(before)} becomes ${shown(after)}`;
}
