import type { LineComments } from './comments';
import { ownValue } from '../options/own-value';

/** How plain data is written. */
interface YamlOptions {
  /** Whether the keys of each map are sorted. */
  readonly sortKeys: boolean;
  /** Comments behind lines with a plain text, by the line. */
  readonly comments?: LineComments;
}

/**
 * Returns plain data as YAML: maps, lists, strings, numbers, booleans and null. YAML 1.1 and 1.2 read the same data back, since a
 * string that a reader could take for another type is quoted. A general YAML library takes a quarter of the time of a large
 * synth. This emitter takes a twentieth of that: the only choice that it makes is how to write a string.
 */
export function toYaml(value: unknown, { sortKeys, comments }: YamlOptions): string {
  const emitter = new Emitter(sortKeys, comments);
  emitter.value(value, '', Place.START);
  return emitter.parts.join('');
}

/** Text before a value on its line: none, the colon of a key, or the dash of a list item. */
enum Place {
  START, KEY, ITEM,
}

class Emitter {
  /** Text in pieces. They are joined once, since a string that grows piece by piece is slow to write to a file. */
  public readonly parts: string[] = [];

  public constructor(private readonly sortKeys: boolean, private readonly comments: LineComments | undefined) {}

  /** Adds a value. The entries of a list or map are indented by `indent`. */
  public value(value: unknown, indent: string, place: Place): void {
    if (Array.isArray(value)) {
      this.list(value, indent, place);
    } else if (typeof value === 'object' && value !== null) {
      this.map(value as { [key: string]: unknown }, indent, place);
    } else {
      if (place !== Place.START) {
        this.parts.push(' ');
      }
      this.parts.push(scalar(value, indent), '\n');
    }
  }

  private list(items: unknown[], indent: string, place: Place): void {
    let first = true;
    for (const item of items) {
      if (item === undefined) {
        continue;
      }
      this.begin(first, indent, place);
      first = false;
      this.parts.push('-');
      this.value(item, `${indent}  `, Place.ITEM);
    }
    if (first) {
      this.parts.push(place === Place.START ? '[]\n' : ' []\n');
    }
  }

  private map(entries: { [key: string]: unknown }, indent: string, place: Place): void {
    const keys = this.sortKeys ? Object.keys(entries).sort() : Object.keys(entries);
    let first = true;
    for (const key of keys) {
      if (entries[key] === undefined) {
        continue;
      }
      this.begin(first, indent, place);
      first = false;
      this.parts.push(keyText(key, indent), ':');
      this.value(entries[key], `${indent}  `, Place.KEY);
      this.comment(key, entries[key]);
    }
    if (first) {
      this.parts.push(place === Place.START ? '{}\n' : ' {}\n');
    }
  }

  /** Adds the comment on an entry, before the end of its line. */
  private comment(key: string, value: unknown): void {
    if (this.comments === undefined || typeof value === 'object') {
      return;
    }
    const comment = ownValue(this.comments, `${key}: ${String(value)}`);
    if (comment !== undefined) {
      this.parts.splice(-1, 1, ` # ${comment}\n`);
    }
  }

  /** Adds the space before an entry: the first entry of a list item follows the dash, any other entry has its own line. */
  private begin(first: boolean, indent: string, place: Place): void {
    if (!first || place === Place.START) {
      this.parts.push(indent);
    } else {
      this.parts.push(place === Place.ITEM ? ' ' : `\n${indent}`);
    }
  }
}

function scalar(value: unknown, indent: string): string {
  if (typeof value === 'number') {
    return numberText(value);
  }
  if (typeof value !== 'string') {
    return JSON.stringify(value);
  }
  if (isPlain(value)) {
    return value;
  }
  // A literal block needs an indent, and a document that is one string has none.
  if (indent === '' || !isLiteral(value)) {
    return quoted(value);
  }
  const lines = value.endsWith('\n') ? value.slice(0, -1).split('\n') : value.split('\n');
  return `|${value.endsWith('\n') ? '' : '-'}\n${lines.map(line => line === '' ? '' : indent + line).join('\n')}`;
}

/** Returns a number. YAML 1.1 takes a number with an exponent and no decimal point, such as 1e+21, for a string. */
function numberText(value: number): string {
  return JSON.stringify(value).replace(/^(-?\d)e/, '$1.0e');
}

/** Returns a key. YAML limits the length of a key before a colon; a longer one is written in the explicit form. */
function keyText(key: string, indent: string): string {
  const text = isPlain(key) ? key : quoted(key);
  return text.length <= 1000 ? text : `? ${text}\n${indent}`;
}

function isPlain(text: string): boolean {
  return PLAIN.test(text) && !RESERVED.test(text);
}

/** Text that needs no quotes: it begins with a letter or "/", and has no space beside a character that YAML interprets. */
const PLAIN = /^[A-Za-z/](?:[\w./@+~^=,;()-]|:(?=[\w./@-])|%(?=\w)| (?=[\w/(]))*$/;

/** Words that a YAML reader can take for a boolean, null or a number. */
const RESERVED = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf|infinity|e[-+]?\d+)$/i;

/** Whether a literal block can hold a text: printable lines without outer spaces, and at most one newline at the end. */
function isLiteral(text: string): boolean {
  if (!text.includes('\n') || UNPRINTABLE.test(text)) {
    return false;
  }
  const hasOuterSpaces = /^\s/.test(text) || / $/m.test(text);
  return !hasOuterSpaces && /[^\n]\n?$/.test(text);
}

/** Characters that YAML does not allow or takes for a line break, and tabs. A surrogate matches only when it has no partner. */
const UNPRINTABLE = /[\u0000-\u0009\u000b-\u001f\u007f-\u00a0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]/u;
const ESCAPED = new RegExp(UNPRINTABLE.source.replace('[', '[\\\\"\\n'), 'gu');
const SHORT: { [char: string]: string } = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function quoted(text: string): string {
  return `"${text.replace(ESCAPED, char => SHORT[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;
}
