import { Hint, isRecord, Kind, Leaf, Mistake } from './kind';
import type { MeshErrorCode } from '../errors/mesh-error-code';

/** A text. */
export const text = new Leaf<string>('a string', value => typeof value === 'string');

/** A number. The checks of an option say which numbers it takes. */
export const numeric = new Leaf<number>('a number', value => typeof value === 'number');

/** True or false. */
export const flag = new Leaf<boolean>('true or false', value => typeof value === 'boolean');

/** A time. */
export const date: Kind<Date> = new Leaf('a Date', value => value instanceof Date, { write: "new Date('2026-01-31')" });

/** One of the values of an enum. */
export function oneOf<T extends string>(values: { readonly [name: string]: T }, hint?: Hint): Kind<T> {
  const known: unknown[] = Object.values(values);
  return new Leaf(`one of ${known.join(', ')}`, value => known.includes(value), hint);
}

/**
 * An object of a class. An object of a class of the same name counts too: a program may load two copies of a library, and `instanceof`
 * knows one of them.
 */
export function instance<T extends object>(type: { readonly name: string; readonly prototype: T }, hint?: Hint): Kind<T> {
  const article = /^[AEIOU]/.test(type.name) ? 'an' : 'a';
  return new Leaf(`${article} ${type.name}`, value => isInstance(value, type), hint);
}

function isInstance(value: unknown, type: { readonly name: string; readonly prototype: object }): boolean {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  for (let prototype = Object.getPrototypeOf(value); prototype !== null; prototype = Object.getPrototypeOf(prototype)) {
    if (prototype === type.prototype || prototype.constructor?.name === type.name) {
      return true;
    }
  }
  return false;
}

/** An object that implements an interface, as far as its properties show. */
export function implementing<T extends object>(expected: string, properties: ReadonlyArray<keyof T & string>, hint?: Hint): Kind<T> {
  return new Leaf(expected, value => typeof value === 'object' && value !== null && properties.every(name => name in value), hint);
}

/**
 * A list whose items are of one kind.
 * @param codeIfNoList code of an error for a value that is no list; by default, the code of the items
 */
export function list<T>(items: Kind<T>, codeIfNoList?: MeshErrorCode): Kind<T[]> {
  return new List(items, codeIfNoList);
}

/** An object with any names, whose values are of one kind. */
export function mapOf<T>(values: Kind<T>): Kind<{ [key: string]: T }> {
  return new MapOf(values);
}

class List<T> implements Kind<T[]> {
  public readonly expected: string;
  public readonly hint?: Hint;

  public constructor(private readonly items: Kind<T>, codeIfNoList?: MeshErrorCode) {
    this.expected = `a list, each item ${items.expected}`;
    const write = items.hint ? `[${items.hint.write}]` : this.expected;
    const code = codeIfNoList ?? items.hint?.code;
    this.hint = items.hint || code ? { write, code } : undefined;
  }

  public accepts(value: unknown): value is T[] {
    if (!Array.isArray(value)) {
      return false;
    }
    for (const item of value) {
      if (!this.items.accepts(item)) {
        return false;
      }
    }
    return true;
  }

  public read(value: unknown, path: string, mistakes: Mistake[]): unknown {
    if (!Array.isArray(value)) {
      mistakes.push({ path, kind: 'wrong', got: value, expected: this.expected, hint: this.hint });
      return value;
    }
    // A hole in a list is an item that is missing, and `map` would pass over it.
    return Array.from(value, (item, i) => this.items.read(item, `${path}[${i}]`, mistakes));
  }
}

class MapOf<T> implements Kind<{ [key: string]: T }> {
  public readonly expected: string;

  public constructor(private readonly values: Kind<T>) {
    this.expected = `an object whose values are each ${values.expected}`;
  }

  public accepts(value: unknown): value is { [key: string]: T } {
    // cdk8s cannot render an object without a prototype, so `read` makes a copy that has one.
    if (!isRecord(value) || Object.getPrototypeOf(value) === null) {
      return false;
    }
    for (const key of Object.keys(value)) {
      if (!this.values.accepts(value[key])) {
        return false;
      }
    }
    return true;
  }

  public read(value: unknown, path: string, mistakes: Mistake[]): unknown {
    if (!isRecord(value)) {
      mistakes.push({ path, kind: 'wrong', got: value, expected: this.expected });
      return value;
    }
    const given = Object.entries(value).filter(([, item]) => item !== null && item !== undefined);
    return Object.fromEntries(given.map(([key, item]) => [key, this.values.read(item, `${path}[${JSON.stringify(key)}]`, mistakes)]));
  }
}
