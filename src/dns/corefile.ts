import { CorefileCursor, Environment } from './corefile-cursor';
import type { Token } from './corefile-lexer';
import { MAX_CONTENT, refuseLargeContent } from './current-content';

/** Server block of a Corefile. */
export interface ServerBlock {
  /** Zones that the block serves, with scheme and port where the Corefile has them, such as `dns://example.org:53`. */
  readonly keys: string[];
  /** All words of each directive, by the name of the directive. The first word is the name. */
  readonly directives: { readonly [name: string]: string[] };
}

/** Limit of CoreDNS for imports of snippets: a snippet that imports itself never ends. Older releases of CoreDNS do not end either. */
const MAX_SNIPPET_IMPORTS = 10_000;

/**
 * Reads the server blocks of a Corefile by the rules of CoreDNS. Imported files are not at hand, so they count as empty.
 * @see https://coredns.io/manual/configuration/
 * @throws CurrentContentError for a text that CoreDNS refuses regardless of the imported files, and for one without bounds
 */
export function readCorefile(text: string, environment: Environment = () => undefined): ServerBlock[] {
  refuseLargeContent(text);
  return new CorefileParser(new CorefileCursor(text, environment)).serverBlocks();
}

class CorefileParser {
  private imports = 0;
  private importedText = 0;
  private readonly snippets = new Map<string, Token[]>();

  public constructor(private readonly cursor: CorefileCursor) {}

  public serverBlocks(): ServerBlock[] {
    const blocks: ServerBlock[] = [];
    while (this.cursor.next()) {
      const block = this.serverBlock();
      if (block && block.keys.length > 0) {
        blocks.push(block);
      }
    }
    return blocks;
  }

  /** Reads a server block; undefined for a snippet. */
  private serverBlock(): ServerBlock | undefined {
    const { keys, isEndOfFile } = this.keys();
    if (isEndOfFile) {
      return { keys, directives: {} };
    }
    const [name] = keys;
    if (keys.length === 1 && name.startsWith('(') && name.endsWith(')')) {
      this.snippet(name.slice(1, -1));
      return undefined;
    }
    // The braces may be missing in a file with a single server.
    const hasBraces = this.cursor.isAt('{');
    if (!hasBraces) {
      this.cursor.back();
    }
    const directives = this.directives();
    if (hasBraces && !this.cursor.isAt('}')) {
      throw this.cursor.error('"}" is missing');
    }
    return { keys, directives };
  }

  private keys(): { readonly keys: string[]; readonly isEndOfFile: boolean } {
    const keys: string[] = [];
    let endsInComma = false;
    for (;;) {
      const text = this.cursor.expanded(this.cursor.text);
      if (text === 'import' && this.cursor.startsLine()) {
        this.import();
        continue;
      }
      if (text === '{') {
        this.refuseFinalComma(endsInComma);
        return { keys, isEndOfFile: false };
      }
      if (text !== '') {
        endsInComma = text.endsWith(',');
        keys.push(endsInComma ? text.slice(0, -1) : text);
      }
      if (!this.cursor.next()) {
        this.refuseFinalComma(endsInComma);
        return { keys, isEndOfFile: true };
      }
      if (!endsInComma && this.cursor.startsLine()) {
        return { keys, isEndOfFile: false };
      }
    }
  }

  private refuseFinalComma(endsInComma: boolean): void {
    if (endsInComma) {
      throw this.cursor.error('an address is missing after ","');
    }
  }

  private snippet(name: string): void {
    if (this.snippets.has(name)) {
      throw this.cursor.error('a snippet is declared twice', name);
    }
    if (!this.cursor.isAt('{')) {
      throw this.cursor.error('"{" is missing');
    }
    const tokens: Token[] = [];
    let depth = 1;
    while (this.cursor.next()) {
      if (this.cursor.isAt('}') && --depth === 0) {
        break;
      }
      if (this.cursor.isAt('{')) {
        depth++;
      }
      tokens.push(this.cursor.token!);
    }
    this.refuseOpenBraces(depth);
    this.snippets.set(name, tokens);
  }

  private directives(): { [name: string]: string[] } {
    const directives = new Map<string, string[]>();
    while (this.cursor.next() && !this.cursor.isAt('}')) {
      if (this.cursor.isAt('import')) {
        this.import();
        this.cursor.back();
      } else {
        this.directive(directives);
      }
    }
    return Object.fromEntries(directives);
  }

  private directive(directives: Map<string, string[]>): void {
    const name = this.cursor.expanded(this.cursor.text);
    const words = directives.get(name) ?? [];
    directives.set(name, words);
    words.push(this.cursor.text);
    let depth = 0;
    while (this.cursor.next()) {
      const { text } = this.cursor;
      if (text === '{') {
        depth++;
      } else if (depth === 0 && this.cursor.startsLine()) {
        this.cursor.back();
        break;
      } else if (text === '}') {
        depth = this.closed(depth);
      } else if (text === 'import' && this.cursor.startsLine()) {
        this.import();
        this.cursor.back();
        continue;
      }
      this.cursor.expand();
      words.push(this.cursor.text);
    }
    this.refuseOpenBraces(depth);
  }

  private closed(depth: number): number {
    if (depth === 0) {
      throw this.cursor.error('a "}" without a "{"');
    }
    return depth - 1;
  }

  private refuseOpenBraces(depth: number): void {
    if (depth > 0) {
      throw this.cursor.error('"}" is missing');
    }
  }

  /** Puts the words of a snippet in the place of its import, with the cursor on the first of them. */
  private import(): void {
    const [argument, second] = this.cursor.restOfLine(2);
    const name = argument === undefined ? '' : this.cursor.expanded(argument.text);
    if (name === '') {
      throw this.cursor.error('an import without a name');
    }
    if (second !== undefined) {
      throw this.cursor.error('an import of more than one name');
    }
    // CoreDNS takes the name of an empty snippet, or of none, for the name of a file.
    const tokens = this.snippets.get(name) ?? [];
    this.refuseEndlessImports(tokens);
    this.cursor.replaceTwo(tokens);
  }

  private refuseEndlessImports(tokens: Token[]): void {
    this.imports += tokens.length > 0 ? 1 : 0;
    this.importedText += tokens.reduce((sum, { text }) => sum + text.length + 1, 0);
    if (this.imports > MAX_SNIPPET_IMPORTS) {
      throw this.cursor.error(`more than ${MAX_SNIPPET_IMPORTS} imports: a snippet imports itself`);
    }
    if (this.importedText > MAX_CONTENT) {
      throw this.cursor.error(`imports that add more than ${MAX_CONTENT} characters: a snippet imports itself, or is imported too often`);
    }
  }
}
