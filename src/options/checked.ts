import type { IConstruct } from 'constructs';
import type { Kind, Mistake } from './kind';
import type { Schema } from './schema';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { Problem, shown } from '../errors/problem';

/**
 * Returns the options of a call without those that are null. Python and Java pass null for an option that is not given.
 * @throws MESH057 with every option that is unknown, missing or of another kind; a single mistake may have the code of its kind
 */
export function checkedOptions<T extends object>(schema: Schema<T>, options: T | undefined, where: string): T {
  return schema.accepts(options) ? options : readOptions(schema, options, { where });
}

/** Returns the properties of a construct as `checkedOptions` returns the options of a call. */
export function checkedProps<T extends object>(schema: Schema<T>, construct: IConstruct, props: T): T {
  if (schema.accepts(props)) {
    return props;
  }
  const { id, path } = construct.node;
  return readOptions(schema, props, { where: `${construct.constructor.name} '${id}'`, path });
}

/**
 * Returns an argument of a call.
 * @param name name of the argument, as the call documents it
 * @throws MESH057 for a value of another kind; its kind may have a code of its own
 */
export function checkedArgument<T>(kind: Kind<T>, value: T, name: string, where: string): T {
  if (kind.accepts(value)) {
    return value;
  }
  const mistakes: Mistake[] = [];
  const read = kind.read(value, '', mistakes);
  refuse(mistakes.map(mistake => ({ ...mistake, path: `${name}${mistake.path}` })), { where }, 'argument');
  return read as T;
}

type Place = Pick<Problem, 'where' | 'path'>;

function readOptions<T extends object>(schema: Schema<T>, options: T | undefined, place: Place): T {
  const mistakes: Mistake[] = [];
  const read = schema.read(options ?? {}, '', mistakes);
  refuse(mistakes, place, 'option');
  return read as T;
}

function refuse(mistakes: Mistake[], place: Place, noun: string): void {
  if (mistakes.length === 0) {
    return;
  }
  const [first] = mistakes;
  throw new MeshError(mistakes.length > 1
    ? {
      code: MeshErrorCode.INVALID_OPTION,
      what: `${mistakes.length} ${noun}s are wrong: ${mistakes.map(mistake => lineOf(mistake, noun)).join('; ')}`,
      fix: 'correct each of them',
      ...place,
    }
    : {
      code: first.hint?.code ?? MeshErrorCode.INVALID_OPTION,
      what: whatIsWrong(first, noun),
      ...'got' in first && { got: first.got },
      expected: first.expected,
      fix: fixOf(first),
      ...place,
    });
}

function lineOf(mistake: Mistake, noun: string): string {
  const values = [
    ...'got' in mistake ? [`got ${shown(mistake.got)}`] : [],
    ...mistake.kind === 'unknown' || mistake.expected === undefined ? [] : [`expected ${mistake.expected}`],
  ];
  return `${whatIsWrong(mistake, noun)}${values.length > 0 ? `, ${values.join(', ')}` : ''}`;
}

function whatIsWrong({ kind, path, similar }: Mistake, noun: string): string {
  if (kind === 'unknown') {
    return `unknown ${noun} '${path}'${similar === undefined ? '' : ` (did you mean '${similar}'?)`}`;
  }
  if (kind === 'missing') {
    return `${noun} '${path}' is missing`;
  }
  return path === '' ? `the ${noun}s are no object` : `${noun} '${path}' is of another kind`;
}

function fixOf({ kind, path, similar, expected, hint }: Mistake): string {
  const written = hint?.write ?? expected;
  if (kind === 'unknown') {
    return similar === undefined ? 'remove it, or correct its name' : `write ${similar}`;
  }
  return kind === 'missing' ? `add ${path}: ${written}` : `write ${written}`;
}
