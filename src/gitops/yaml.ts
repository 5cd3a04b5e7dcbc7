/**
 * A YAML emitter for plain data: maps, lists, strings, numbers, booleans and null. General YAML libraries take a quarter
 * of the time of a large synth; this takes a twentieth of that, since it decides nothing but how a string is written.
 * What it writes reads back equal under YAML 1.1 and 1.2: whatever could be anything but a string is quoted.
 */
export function toYaml(value: unknown, options: { readonly sortKeys: boolean }): string {
  return block(value, '', options.sortKeys).replace(/^[\n ]/, '');
}

/** A value after "key:" or "-": on the same line, or on lines of its own, indented. */
function block(value: unknown, indent: string, sort: boolean): string {
  if (Array.isArray(value)) {
    const items = value.filter(item => item !== undefined);
    return items.length === 0 ? ' []\n' : '\n' + items.map(item => `${indent}-${nested(item, indent, sort)}`).join('');
  }
  if (typeof value === 'object' && value !== null) {
    const keys = Object.keys(value).filter(key => (value as any)[key] !== undefined);
    if (sort) {keys.sort();}
    return keys.length === 0 ? ' {}\n' : '\n' + keys.map(key => `${indent}${keyText(key, indent)}:${entry((value as any)[key], indent, sort)}`).join('');
  }
  return scalar(value, indent);
}

/** The value of a map entry: a list stands at the indent of its key's children, like a map. */
function entry(value: unknown, indent: string, sort: boolean): string {
  return block(value, `${indent}  `, sort);
}

/** An item of a list: the first key of a map stands beside the dash. */
function nested(item: unknown, indent: string, sort: boolean): string {
  const text = block(item, `${indent}  `, sort);
  return text.startsWith('\n') ? ` ${text.slice(1 + indent.length + 2)}` : text;
}

function scalar(value: unknown, indent: string): string {
  if (typeof value !== 'string') {return ` ${JSON.stringify(value)}\n`;}
  // A document that is one string has no indent that a literal block could stand at.
  if (indent !== '' && isLiteral(value)) {
    const lines = value.endsWith('\n') ? value.slice(0, -1).split('\n') : value.split('\n');
    return ` |${value.endsWith('\n') ? '' : '-'}\n${lines.map(line => line === '' ? '\n' : `${indent}${line}\n`).join('')}`;
  }
  return ` ${PLAIN.test(value) && !RESERVED.test(value) ? value : quoted(value)}\n`;
}

/** A key longer than YAML's limit for one beside its colon gets the explicit form. */
function keyText(key: string, indent: string): string {
  const text = PLAIN.test(key) && !RESERVED.test(key) ? key : quoted(key);
  return text.length <= 1000 ? text : `? ${text}\n${indent}`;
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
