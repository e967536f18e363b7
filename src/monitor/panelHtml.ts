/**
 * The one function that writes HTML. The page holds no data: everything comes later, in messages, as text.
 * Does not import vscode, so that tests show a browser the very page VS Code gets.
 */
import { randomBytes } from 'node:crypto';

export interface PanelPage {
  /** What the policy calls our files: the webview's cspSource. */
  readonly cspSource: string;
  /** Address of the script and of the style, as the webview may load them. */
  readonly script: string;
  readonly style: string;
  /** Language of numbers and times, a BCP 47 tag. */
  readonly language: string;
}

export function panelHtml(panel: PanelPage): string {
  const nonce = randomBytes(16).toString('base64url');
  const language = /^[A-Za-z0-9-]{1,35}$/.test(panel.language) ? panel.language : 'en';
  // The grid places rows and columns through CSSOM, which needs no unsafe-inline.
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${panel.cspSource}`,
    `font-src ${panel.cspSource}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>PoolLens</title>
<link rel="stylesheet" href="${panel.style}">
</head>
<body>
<script nonce="${nonce}" src="${panel.script}"></script>
</body>
</html>`;
}
