/** Shortest value that is decoded, and shortest line of a value that is folded. */
const SHORTEST_VALUE = 56;
const SHORTEST_LINE = 32;

/** A value of digits, which can be folded: line ends, or their escapes, stand between the lines. */
const FOLDED = /[\w+/-]+(?:(?:\s|\\+[rn])+[\w+/-]+)*/y;
const LINE_ENDS = /(?:\s|\\+[rn])+/;

const HEXADECIMAL = /^[\da-f]+$/i;

/** Digits of base64, of its form for URLs, and of hexadecimal numbers, by their code. */
const DIGITS = Uint8Array.from({ length: 128 }, (_, code) => /[\w+/-]/.test(String.fromCharCode(code)) ? 1 : 0);

/** Returns what long values in base64 or hexadecimal digits decode to, at each place of a value where the digits can begin. */
export function encodedIn(text: string): Buffer[] {
  const values = valuesIn(text);
  return values.length === 0 ? [] : values.flatMap(unfolded).flatMap(decoded);
}

/** Returns the values that begin with a long line. Such a line covers one of the positions that are looked at. */
function valuesIn(text: string): string[] {
  const values: string[] = [];
  for (let at = SHORTEST_LINE - 1; at < text.length; at += SHORTEST_LINE) {
    const start = isDigit(text, at) ? longLineAt(text, at) : undefined;
    if (start !== undefined) {
      FOLDED.lastIndex = start;
      const [value] = FOLDED.exec(text)!;
      values.push(value);
      at = Math.max(at, start + value.length - 1);
    }
  }
  return values;
}

/** Returns where the line of digits around a position begins; undefined for a short line. */
function longLineAt(text: string, at: number): number | undefined {
  let start = at;
  let end = at + 1;
  while (isDigit(text, start - 1)) {
    start--;
  }
  while (end - start < SHORTEST_LINE && isDigit(text, end)) {
    end++;
  }
  return end - start >= SHORTEST_LINE ? start : undefined;
}

function isDigit(text: string, at: number): boolean {
  return DIGITS[text.charCodeAt(at)] === 1;
}

/** Returns the values in lines of digits: all lines as one, and the lines of one length, since lines of another value can follow. */
function unfolded(value: string): string[] {
  const lines = value.split(LINE_ENDS);
  if (lines.length === 1) {
    return value.length < SHORTEST_VALUE ? [] : lines;
  }
  const folded: string[][] = [];
  let width = 0;
  lines.forEach((line, i) => {
    if (i > 0 && line.length <= width && lines[i - 1].length === width) {
      folded[folded.length - 1].push(line);
    } else {
      folded.push([line]);
      width = line.length;
    }
  });
  const joined = [lines, ...folded].map(parts => parts.join(''));
  return [...new Set(joined)].filter(({ length }) => length >= SHORTEST_VALUE);
}

/** Decodes digits. A word before a value moves its first digit, so base64 is decoded from each of four positions. */
function decoded(digits: string): Buffer[] {
  return HEXADECIMAL.test(digits) ?
    [Buffer.from(digits, 'hex')] :
    [0, 1, 2, 3].map(shift => Buffer.from(shift === 0 ? digits : digits.slice(shift), 'base64'));
}
