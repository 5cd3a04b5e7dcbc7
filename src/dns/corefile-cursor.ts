import { Token, tokensOf } from './corefile-lexer';
import { CurrentContentError } from './current-content';

/**
 * Returns the value of an environment variable. For undefined, a reference to the variable stays as it is: the environment of
 * CoreDNS is usually unknown where a Corefile is read.
 */
export type Environment = (name: string) => string | undefined;

/** Position in the words of a Corefile. */
export class CorefileCursor {
  private tokens: Token[];
  private position = -1;

  public constructor(text: string, private readonly environment: Environment) {
    this.tokens = tokensOf(text);
  }

  /** Word at the cursor. */
  public get token(): Token {
    return this.tokens[this.position];
  }

  /** Text of the word at the cursor; empty outside of the text. */
  public get text(): string {
    return this.token?.text ?? '';
  }

  /** Whether the word at the cursor has this text. */
  public isAt(text: string): boolean {
    return this.text === text;
  }

  /** Moves to the next word, and returns whether there is one. */
  public next(): boolean {
    if (this.position >= this.tokens.length - 1) {
      return false;
    }
    this.position++;
    return true;
  }

  /** Moves back, so that `next` reads the word at the cursor again. */
  public back(): void {
    this.position--;
  }

  /** Whether the word at the cursor is on a later line than the word before it. */
  public startsLine(): boolean {
    if (this.position < 1) {
      return true;
    }
    const before = this.tokens[this.position - 1];
    return this.token !== undefined && lastLineOf(before) < this.token.line;
  }

  /** The words after the cursor that stand in its line, up to a number of words. */
  public restOfLine(maximum: number): Token[] {
    const rest: Token[] = [];
    for (let i = this.position; rest.length < maximum && this.areInOneLine(this.tokens[i], this.tokens[i + 1]); i++) {
      rest.push(this.tokens[i + 1]);
    }
    return rest;
  }

  /** Puts other words in the place of the word at the cursor and the word after it. The cursor is then on the first of them. */
  public replaceTwo(tokens: Token[]): void {
    this.tokens = [...this.tokens.slice(0, this.position), ...tokens, ...this.tokens.slice(this.position + 2)];
  }

  /** Puts the values of environment variables into the word at the cursor. */
  public expand(): void {
    this.tokens[this.position] = { ...this.token, text: this.expanded(this.text) };
  }

  /** Returns a text with the values of environment variables in the place of `{%NAME%}` and `{$NAME}`. */
  public expanded(text: string): string {
    return this.withVariables(this.withVariables(text, '{%', '%}'), '{$', '}');
  }

  /** Returns an error that names the line of the cursor. */
  public error(reason: string, found?: string): CurrentContentError {
    const line = this.tokens[Math.min(this.position, this.tokens.length - 1)]?.line ?? 1;
    return new CurrentContentError(`line ${line}: ${reason}`, found);
  }

  private areInOneLine(token: Token | undefined, after: Token | undefined): boolean {
    return token !== undefined && after !== undefined && lastLineOf(token) === after.line;
  }

  private withVariables(text: string, open: string, close: string): string {
    let expanded = text;
    for (let from = 0; ;) {
      const start = expanded.indexOf(open, from);
      const end = start < 0 ? -1 : expanded.indexOf(close, start);
      if (end < 0 || end <= start + open.length) {
        return expanded;
      }
      const reference = expanded.slice(start, end + close.length);
      const value = this.environment(reference.slice(open.length, -close.length));
      if (value === undefined) {
        from = end;
      } else {
        expanded = expanded.split(reference).join(value);
      }
    }
  }
}

/** Line that a word ends in: a word in quotes can have several lines. */
function lastLineOf({ text, line }: Token): number {
  return line + text.split('\n').length - 1;
}
