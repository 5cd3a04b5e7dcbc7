/**
 * A YAML emitter for plain data: maps, lists, strings, numbers, booleans and null. General YAML libraries take a quarter
 * of the time of a large synth; this takes a twentieth of that, since it decides nothing but how a string is written.
 * What it writes reads back equal under YAML 1.1 and 1.2: whatever could be anything but a string is quoted.
 */
export function toYaml(value: unknown, options: { readonly sortKeys: boolean }): string {
  const emitter = new Emitter(options.sortKeys);
  emitter.value(value, '', Place.START);
  return emitter.parts.join('');
}

/** What stands before a value on its line: nothing, a key's colon, or an item's dash. */
enum Place {
  START, KEY, ITEM,
}

class Emitter {
  /** The text so far, in pieces: joining them once gives one flat string, which is what makes writing it fast. */
  public readonly parts: string[] = [];

  public constructor(private readonly sortKeys: boolean) {}

  /** Writes a value; what it holds stands at the indent. */
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
    }
    if (first) {
      this.parts.push(place === Place.START ? '{}\n' : ' {}\n');
    }
  }

  /** Goes to where an entry starts: the first one of an item stands beside its dash, all others on lines of their own. */
  private begin(first: boolean, indent: string, place: Place): void {
    if (!first || place === Place.START) {
      this.parts.push(indent);
    } else {
      this.parts.push(place === Place.ITEM ? ' ' : `\n${indent}`);
    }
  }
}

function scalar(value: unknown, indent: string): string {
  if (typeof value !== 'string') {
    return JSON.stringify(value);
  }
  if (isPlain(value)) {
    return value;
  }
  // A document that is one string has no indent that a literal block could stand at.
  if (indent === '' || !isLiteral(value)) {
    return quoted(value);
  }
  const lines = value.endsWith('\n') ? value.slice(0, -1).split('\n') : value.split('\n');
  return `|${value.endsWith('\n') ? '' : '-'}\n${lines.map(line => line === '' ? '' : indent + line).join('\n')}`;
}

/** A key longer than YAML's limit for one beside its colon gets the explicit form. */
function keyText(key: string, indent: string): string {
  const text = isPlain(key) ? key : quoted(key);
  return text.length <= 1000 ? text : `? ${text}\n${indent}`;
}

function isPlain(text: string): boolean {
  return PLAIN.test(text) && !RESERVED.test(text);
}

/** Text that nothing takes for anything else: it starts with a letter or "/", and holds no blank beside a mark. */
const PLAIN = /^[A-Za-z/](?:[\w./@+~^=,;()-]|:(?=[\w./@-])|%(?=\w)| (?=[\w/(]))*$/;

/** Words that some YAML reads as true, false or nothing, and what might be a number beyond decimal. */
const RESERVED = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf|infinity)$/i;

/** Several lines of printable text, without what a literal block would bend: blanks around, or more than one newline at the end. */
function isLiteral(text: string): boolean {
  return text.includes('\n') && !UNPRINTABLE.test(text) && /^[^\s]/.test(text) && /[^\n]\n?$/.test(text) && !/[ \t]$/m.test(text) && !/\t/.test(text);
}

/** What YAML does not take as it is, or takes for a line break. Surrogates only when alone: pairs are one character. */
const UNPRINTABLE = /[\u0000-\u0009\u000b-\u001f\u007f-\u00a0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]/u;
const ESCAPED = new RegExp(UNPRINTABLE.source.replace('[', '[\\\\"\\n'), 'gu');
const SHORT: { [char: string]: string } = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function quoted(text: string): string {
  return `"${text.replace(ESCAPED, char => SHORT[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;
}
