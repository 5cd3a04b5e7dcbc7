import { readFileSync } from 'fs';
import { join } from 'path';
import type { Docs, TypeReference } from '@jsii/spec';
import { ApiModel, namesIn } from './api-model';
import { ROOT } from './folders';

/** Texts of the API reference as Markdown. */
export class ApiText {
  private readonly codes = errorAnchors();

  public constructor(private readonly model: ApiModel) {}

  /** A type with links to the types of this package. */
  public type(reference: TypeReference | undefined): string {
    const [linked] = reference ? namesIn(reference).map(fqn => this.model.ownName(fqn)) : [];
    const code = `\`${this.code(reference)}\``;
    return linked === undefined ? code : code.replace(linked, `\`[\`${linked}\`](./${linked}.md)\``).replace(/^``|``$/g, '');
  }

  /** A type as TypeScript writes it. */
  public code(reference: TypeReference | undefined): string {
    if (!reference) {
      return 'void';
    }
    if ('primitive' in reference) {
      return PRIMITIVES[reference.primitive] ?? reference.primitive;
    }
    if ('collection' in reference) {
      const { kind, elementtype } = reference.collection;
      return kind === 'array' ? `${this.code(elementtype)}[]` : `{ [key: string]: ${this.code(elementtype)} }`;
    }
    return 'fqn' in reference ? reference.fqn.split('.').pop()! : 'any';
  }

  /** A text with links to error codes and pages of the documentation. */
  public prose(text: string): string {
    return text
      .replace(/\bMESH\d{3}\b/g, code => this.codes.has(code) ? `[${code}](../error-codes.md#${this.codes.get(code)})` : code)
      .replace(/`?\bdocs\/((?:how-to|concepts|reference)\/[\w-]+)\.md`?/g, (_, page) => `[${page}](../../${page}.md)`);
  }

  /** Summary and remarks, which jsii separates after the first sentence. */
  public description(docs: Docs | undefined): string[] {
    const text = [docs?.summary, docs?.remarks].filter(part => part).join(' ');
    return text === '' ? [] : [this.prose(text)];
  }

  /** What is in a table: jsii ends each with a full stop. */
  public short(docs: Docs | undefined): string {
    return this.description(docs).join(' ').replace(/\.$/, '');
  }

  /** What follows a description, as a list: the default, errors, and where the rule comes from. */
  public facts(docs: Docs | undefined, ...first: string[]): string[] {
    const throws = docs?.custom?.throws;
    const facts = [
      ...first,
      ...docs?.default ? [`Default: ${this.default(docs.default)}`] : [],
      ...docs?.returns ? [`Returns ${this.prose(docs.returns)}`] : [],
      ...throws ? [`Throws ${this.prose(throws)}`] : [],
      ...docs?.see ? [`See <${docs.see}>`] : [],
    ];
    return facts.length > 0 ? [facts.map(fact => `- ${fact.replace(/\s*\n\s*/g, ' ')}`).join('\n')] : [];
  }

  /** An example as a block of TypeScript. */
  public example(docs: Docs | undefined): string[] {
    return docs?.example ? [`\`\`\`ts\n${docs.example}\n\`\`\``] : [];
  }

  /** By a convention of jsii, a default that begins with a dash is prose, and any other is code. */
  private default(text: string): string {
    const [first, ...rest] = text.split(' - ');
    const value = /^- /.test(text) ? undefined : first;
    const words = value === undefined ? text.slice(2) : rest.join(' - ');
    return [value === undefined ? '' : `\`${value}\``, this.prose(words)].filter(part => part !== '').join(': ');
  }
}

const PRIMITIVES: { readonly [kind: string]: string } = { date: 'Date', json: 'object' };

/** The anchors of the sections of docs/reference/error-codes.md, by code. */
function errorAnchors(): Map<string, string> {
  const page = readFileSync(join(ROOT, 'docs', 'reference', 'error-codes.md'), 'utf8');
  return new Map([...page.matchAll(/^\| \[(MESH\d{3})\]\(#([^)]*)\)/gm)].map(([, code, anchor]) => [code, anchor]));
}
