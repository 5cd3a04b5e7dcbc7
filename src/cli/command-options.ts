import { InvalidArgumentError, Option } from 'commander';

/** The option for the format of the output. */
export function format(choices: string[]): Option {
  return new Option('-o, --output <format>', 'format of the output').choices(choices).default(choices[0]);
}

/** Parser of a number of days. */
export function days(text: string): number {
  if (!/^\d{1,5}$/.test(text)) {
    throw new InvalidArgumentError('Expected a whole number of days.');
  }
  return Number(text);
}

/** Parser of an option that can be repeated. */
export function repeated(text: string, previous: string[] = []): string[] {
  return [...previous, text];
}
