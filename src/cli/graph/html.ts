import { createHash } from 'crypto';
import { readFileSync } from 'fs';
import { escaped, jsonInHtml } from './markup';
import type { GraphModel } from './model';
import { DARK, LIGHT, properties } from './palette';
import { summaryOf, titleOf } from './words';
import { inPackage } from '../package-folder';

/** A page with the mesh: one file that needs no network, and whose policy forbids it any. */
export function html(model: GraphModel): string {
  const script = asset('graph.js');
  const style = [
    `:root{color-scheme:light dark;${properties(LIGHT)}}`,
    `@media (prefers-color-scheme:dark){:root{${properties(DARK)}}}`,
    `:root[data-theme=light]{color-scheme:light;${properties(LIGHT)}}`,
    `:root[data-theme=dark]{color-scheme:dark;${properties(DARK)}}`,
    `@media print{:root,:root[data-theme]{color-scheme:light;${properties(LIGHT)}}}`,
    asset('graph.css'),
  ].join('\n');
  const policy = `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; base-uri 'none'; form-action 'none'`;
  return [
    '<!DOCTYPE html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${escaped(titleOf(model))}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    `<header><h1>${escaped(titleOf(model))}</h1><p>${escaped(summaryOf(model))}</p></header>`,
    '<main id="page"></main>',
    '<noscript><p>This page draws with a script. <code>istio-mesh graph -o svg</code> draws the mesh without one.</p></noscript>',
    `<script type="application/json" id="model">${jsonInHtml(model)}</script>`,
    `<script>${script}</script>`,
    '</body>',
    '</html>',
  ].join('\n');
}

function asset(name: string): string {
  return readFileSync(inPackage(`assets/${name}`), 'utf8');
}

/** Source of a policy for exactly this text. */
function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
