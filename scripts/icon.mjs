#!/usr/bin/env node
// Draws media/icons/icon.png (256 pixels) from icon.svg with Chromium. Run by hand after a change of the drawing.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { chromiumFlags, ensureChromium } from './setup/chromium.mjs';

const icons = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', 'media', 'icons');
const browser = await chromium.launch({ executablePath: ensureChromium(), args: chromiumFlags });
const page = await browser.newPage({ viewport: { width: 256, height: 256 } });
const svg = fs.readFileSync(path.join(icons, 'icon.svg'), 'utf8');
await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${svg}`);
await page.screenshot({ path: path.join(icons, 'icon.png'), omitBackground: true });
await browser.close();
