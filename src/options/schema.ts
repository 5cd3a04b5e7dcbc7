import { isRecord, Kind, Mistake } from './kind';
import { similarTo } from './similar';
import type { MeshErrorCode } from '../errors/mesh-error-code';

/** Option that must be given. */
export interface RequiredOption<T> {
  readonly kind: Kind<T>;
  readonly isRequired: true;
  /**
   * Code of an error where the option is missing.
   * @default - the code of the kind
   */
  readonly codeIfMissing?: MeshErrorCode;
}

/** Option that may be left out. */
export interface OptionalOption<T> {
  readonly kind: Kind<T>;
  readonly isRequired: false;
}

/** The options of an interface: each has an entry, so that a new property without one does not compile. */
export type Options<T> = {
  readonly [K in keyof T]-?: undefined extends T[K] ? OptionalOption<Exclude<T[K], undefined>> : RequiredOption<T[K]>;
};

/** An option that must be given. */
export function required<T>(kind: Kind<T>, codeIfMissing?: MeshErrorCode): RequiredOption<T> {
  return { kind, isRequired: true, codeIfMissing };
}

/** An option that may be left out. Null means that it is not given, as Python and Java pass it. */
export function optional<T>(kind: Kind<T>): OptionalOption<T> {
  return { kind, isRequired: false };
}

/** The schema of an interface of options. It stands beside the interface. */
export function schema<T extends object>(options: Options<T>): Schema<T> {
  return new Schema<T>(options);
}

type AnyOption = RequiredOption<unknown> | OptionalOption<unknown>;

/** What is known of the options of one interface: their names, which of them must be given, and the kind of each. */
export class Schema<T extends object> implements Kind<T> {
  /** Without a prototype, so that `toString` is no option. */
  public readonly options: Options<T>;
  public readonly expected = 'an object of options';
  private readonly entries: ReadonlyArray<readonly [string, AnyOption]>;

  public constructor(options: Options<T>) {
    this.options = Object.assign(Object.create(null), options);
    this.entries = Object.entries<AnyOption>(options);
  }

  public accepts(value: unknown): value is T {
    if (!isRecord(value)) {
      return false;
    }
    for (const [name, { kind, isRequired }] of this.entries) {
      const option = value[name];
      if (option === undefined ? isRequired : !kind.accepts(option)) {
        return false;
      }
    }
    for (const name in value) {
      if (!(name in this.options) && value[name] !== undefined) {
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
    const place = (name: string) => path === '' ? name : `${path}.${name}`;
    const result: { [name: string]: unknown } = {};
    for (const [name, option] of this.entries) {
      const given = value[name];
      if (given !== undefined && given !== null) {
        result[name] = option.kind.read(given, place(name), mistakes);
      } else if (option.isRequired) {
        mistakes.push(missing(place(name), option));
      }
    }
    for (const name in value) {
      if (!(name in this.options) && value[name] !== undefined && value[name] !== null) {
        mistakes.push({ path: place(name), kind: 'unknown', got: value[name], ...this.namesLike(name) });
      }
    }
    return result;
  }

  private namesLike(name: string): Pick<Mistake, 'expected' | 'similar'> {
    const names = this.entries.map(([known]) => known);
    return { similar: similarTo(name, names), expected: `one of the options ${names.join(', ')}` };
  }
}

function missing(path: string, { kind, codeIfMissing: code }: RequiredOption<unknown>): Mistake {
  const hint = kind.hint && code ? { ...kind.hint, code } : kind.hint;
  return { path, kind: 'missing', expected: kind.expected, hint };
}
