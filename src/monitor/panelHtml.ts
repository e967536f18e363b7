/**
 * The one place that writes HTML. The page holds no data: everything comes later, in messages, as text.
 */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** Folder the page may read: its script, style and font. */
export function mediaRoot(extension: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extension, 'dist', 'media');
}

export function panelHtml(webview: vscode.Webview, extension: vscode.Uri): string {
  const nonce = randomBytes(16).toString('base64url');
  const file = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(mediaRoot(extension), name)).toString();
  const language = /^[A-Za-z0-9-]{1,35}$/.test(vscode.env.language) ? vscode.env.language : 'en';
  // Style: the grid places rows and columns through CSSOM, which needs no unsafe-inline.
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>PoolLens</title>
<link rel="stylesheet" href="${file('panel.css')}">
</head>
<body>
<script nonce="${nonce}" src="${file('panel.js')}"></script>
</body>
</html>`;
}
