import type { MeshErrorCode } from '../errors/mesh-error-code';

/** Something that is wrong with a value of a user. */
export interface Mistake {
  /** Place of the value within the options, such as `exporters[0].gateways`; empty for the value itself. */
  readonly path: string;
  readonly kind: 'unknown' | 'missing' | 'wrong';
  /** Value that was found. */
  readonly got?: unknown;
  /** Kind of values that is expected, such as "a string". */
  readonly expected?: string;
  /** Option whose name is similar to the one that is unknown. */
  readonly similar?: string;
  readonly hint?: Hint;
}

/** What an error adds for values of one kind. */
export interface Hint {
  /** How such a value is written, for the fix. */
  readonly write: string;
  /**
   * Code of a value that is not of the kind.
   * @default - MESH057
   */
  readonly code?: MeshErrorCode;
}

/** Kind of values that an option or argument takes. */
export interface Kind<T> {
  /** What the kind expects, such as "a string". */
  readonly expected: string;
  readonly hint?: Hint;

  /** Whether a value is of the kind, and holds no null. Every call of the library asks this, so it makes no objects. */
  accepts(value: unknown): value is T;

  /** Returns the value without the options that are null, and adds a mistake for whatever is not of the kind. */
  read(value: unknown, path: string, mistakes: Mistake[]): unknown;
}

/** Kind of values that have no parts. */
export class Leaf<T> implements Kind<T> {
  public constructor(
    public readonly expected: string,
    private readonly isOfKind: (value: unknown) => boolean,
    public readonly hint?: Hint,
  ) {}

  public accepts(value: unknown): value is T {
    return this.isOfKind(value);
  }

  public read(value: unknown, path: string, mistakes: Mistake[]): unknown {
    if (!this.isOfKind(value)) {
      mistakes.push({ path, kind: 'wrong', got: value, expected: this.expected, hint: this.hint });
    }
    return value;
  }
}

/** Whether a value is an object of named values: no list, and nothing built in, such as a Date, a Map or a Promise. */
export function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && Object.prototype.toString.call(value) === '[object Object]';
}
