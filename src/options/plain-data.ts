import { isRecord, Kind, Mistake } from './kind';

/** Deepest nesting of plain data. Values of Helm charts have less than ten levels, and an object that contains itself has no end. */
const DEEPEST = 40;

class PlainObject implements Kind<{ [key: string]: any }> {
  public readonly expected = 'an object of plain data: strings, numbers, true, false, null, lists and objects';

  public accepts(value: unknown): value is { [key: string]: any } {
    return isRecord(value) && isPlain(value, 0);
  }

  public read(value: unknown, path: string, mistakes: Mistake[]): unknown {
    if (!isRecord(value)) {
      mistakes.push({ path, kind: 'wrong', got: value, expected: this.expected });
      return value;
    }
    return this.copy(value, path, mistakes, 0);
  }

  /** Returns a copy without keys whose value is undefined, and adds a mistake for whatever a YAML file cannot hold. */
  private copy(value: unknown, path: string, mistakes: Mistake[], depth: number): unknown {
    if (depth <= DEEPEST && Array.isArray(value)) {
      return Array.from(value, (item, i) => this.copy(item, `${path}[${i}]`, mistakes, depth + 1));
    }
    if (depth <= DEEPEST && isRecord(value)) {
      const given = Object.entries(value).filter(([, item]) => item !== undefined);
      return Object.fromEntries(given.map(([key, item]) => [key, this.copy(item, `${path}[${JSON.stringify(key)}]`, mistakes, depth + 1)]));
    }
    if (!isScalar(value)) {
      mistakes.push({ path, kind: 'wrong', got: depth > DEEPEST ? 'more than 40 levels' : value, expected: this.expected });
    }
    return value;
  }
}

/** An object of plain data, as a YAML file holds it. */
export const plainObject: Kind<{ [key: string]: any }> = new PlainObject();

function isPlain(value: unknown, depth: number): boolean {
  if (depth > DEEPEST) {
    return false;
  }
  if (Array.isArray(value)) {
    // `every` passes over holes, which are no plain data.
    return Array.from(value).every(item => isPlain(item, depth + 1));
  }
  if (isRecord(value)) {
    return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(item => isPlain(item, depth + 1));
  }
  return isScalar(value);
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}
