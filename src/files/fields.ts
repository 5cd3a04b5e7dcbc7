import { problemsOf } from '../errors/mesh-error';
import { printable, quoted } from '../errors/printable';

/** Number of problems of a file that a message lists. */
const MAX_SHOWN = 100;

/** Longest text that messages quote: an SNI is a host with about 80 characters before it. */
const MAX_TEXT_LENGTH = 400;

/** Problems of a file, each with the path of its field, such as `services[2].ports[0].port`. */
export class FieldProblems {
  private readonly texts: string[] = [];

  /** Adds a problem of the field at a path. */
  public add(path: string, what: string): void {
    this.texts.push(`${path || 'the file'}: ${what}`);
  }

  public get isEmpty(): boolean {
    return this.texts.length === 0;
  }

  /** The problems in one line. A file that is no catalog at all can have millions. */
  public get text(): string {
    const more = this.texts.length - MAX_SHOWN;
    return [...this.texts.slice(0, MAX_SHOWN), ...more > 0 ? [`and ${more} more`] : []].join('; ');
  }
}

/**
 * Reads a value of a file, or adds a problem for it and returns undefined. The result of a file is used only when no field of the
 * file has a problem.
 */
export type Reader<T> = (value: unknown, path: string, problems: FieldProblems) => T | undefined;

/** Readers of the fields of an object, by the name of the field. */
export type Fields<T> = { readonly [K in keyof T]-?: Reader<T[K]> };

/** A text. */
export const text: Reader<string> = (value, path, problems) => {
  return typeof value === 'string' ? value : wrongType(value, 'a string', path, problems);
};

/** A text that messages quote, so it is short and holds no control characters. */
export const printableText: Reader<string> = (value, path, problems) => {
  const read = text(value, path, problems);
  if (read !== undefined && printable(read) !== read) {
    return wrongType(read, 'a string without control characters', path, problems);
  }
  return read !== undefined && read.length > MAX_TEXT_LENGTH
    ? wrongType(read, `a string of at most ${MAX_TEXT_LENGTH} characters`, path, problems)
    : read;
};

/** True or false. */
export const flag: Reader<boolean> = (value, path, problems) => {
  return typeof value === 'boolean' ? value : wrongType(value, 'true or false', path, problems);
};

/** A number. */
export const number: Reader<number> = (value, path, problems) => {
  return typeof value === 'number' ? value : wrongType(value, 'a number', path, problems);
};

/** One of some texts. */
export function oneOf<T extends string>(...values: T[]): Reader<T> {
  return (value, path, problems) => (
    values.find(known => known === value) ?? wrongType(value, `one of ${values.join(', ')}`, path, problems)
  );
}

/** A value that a check of the library accepts. The check throws an error of this library otherwise. */
export function valid<T>(read: Reader<T>, check: (value: T) => unknown): Reader<T> {
  return (value, path, problems) => {
    const result = read(value, path, problems);
    if (result !== undefined) {
      addProblemsOf(() => check(result), path, problems);
    }
    return result;
  };
}

/** A field that may be absent. */
export function optional<T>(read: Reader<T>): Reader<T | undefined> {
  return (value, path, problems) => value === undefined ? undefined : read(value, path, problems);
}

/** A list whose items are all of one kind. */
export function list<T>(read: Reader<T>): Reader<T[]> {
  return (value, path, problems) => {
    if (!Array.isArray(value)) {
      return wrongType(value, 'a list', path, problems);
    }
    return value.map((item: unknown, i) => read(item, `${path}[${i}]`, problems)).filter((item): item is T => item !== undefined);
  };
}

/** An object with keys of any name, and values that are all of one kind. */
export function map<T>(read: Reader<T>): Reader<{ [key: string]: T }> {
  return (value, path, problems) => {
    if (!isObject(value)) {
      return wrongType(value, 'an object', path, problems);
    }
    const entries = Object.entries(value).map(([key, item]) => [key, read(item, `${path}[${quoted(key)}]`, problems)] as const);
    return Object.fromEntries(entries.filter((entry): entry is [string, T] => entry[1] !== undefined));
  };
}

/** An object with known fields. Other fields are ignored: a newer minor version of this package may have added them. */
export function object<T>(fields: Fields<T>): Reader<T> {
  return (value, path, problems) => {
    if (!isObject(value)) {
      return wrongType(value, 'an object', path, problems);
    }
    const names = Object.keys(fields) as Array<keyof T & string>;
    const read = names.map(name => [name, fields[name](value[name], path === '' ? name : `${path}.${name}`, problems)]);
    // A required field is undefined only when it has a problem, and then nobody uses the object.
    return Object.fromEntries(read) as T;
  };
}

/** Runs a function, and adds what it throws as problems of the field at a path. Returns undefined when it throws. */
export function addProblemsOf<T>(run: () => T, path: string, problems: FieldProblems): T | undefined {
  try {
    return run();
  } catch (error) {
    for (const { code, what, got, expected } of problemsOf(error)) {
      const values = [...got === undefined ? [] : [`got ${quoted(got)}`], ...expected === undefined ? [] : [`expected ${expected}`]];
      problems.add(path, [`${what} (${code})`, ...values].join(', '));
    }
    return undefined;
  }
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrongType(value: unknown, expected: string, path: string, problems: FieldProblems): undefined {
  problems.add(path, value === undefined ? `is missing, expected ${expected}` : `got ${quoted(value)}, expected ${expected}`);
  return undefined;
}
