/**
 * Characters that steer a terminal or hide a part of a text: control characters of C0 and C1, which begin the escape sequences of
 * terminals, format characters, which change the direction of a text or have no width, separators of lines, and halves of characters.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Text that a CI system takes for a command wherever it stands in a line, such as `##[error]` and `##vso[task.setvariable]`. */
const CI_COMMAND = /#(?=#\w*\[)/g;

/** A line break before text that a CI system takes for a command at the beginning of a line, such as `::error::`. */
const LINE_OF_CI_COMMAND = /\n(?=\s*(?:::|##))/g;

/** A text on one line that is safe to print: whatever a terminal or CI system would not print as it stands is escaped. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escaped).replace(CI_COMMAND, escaped);
}

/** A text of several lines that is safe to print. Line breaks stay. */
export function printableLines(text: string): string {
  return text.replace(LINE_OF_CI_COMMAND, escaped).split('\n').map(printable).join('\n');
}

/** A value as it would be typed in a program, cut short and safe to print. A message is no place for a file that was passed by mistake. */
export function quoted(value: unknown, maximum = 60): string {
  const text = literal(value);
  return printable(text.length > maximum ? `${text.slice(0, maximum - 3)}...` : text);
}

function literal(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // JSON has no form for a BigInt, nor for a value that contains itself or is nested too deeply.
    return typeof value === 'object' ? 'an object' : String(value);
  }
}

function escaped(character: string): string {
  const code = character.codePointAt(0)!.toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
}
