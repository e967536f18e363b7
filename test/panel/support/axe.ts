/**
 * axe-core in the panel's page: what it finds, one line each.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { PanelPage } from './panelPage';

const AXE = createRequire(__filename).resolve('axe-core/axe.min.js');

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

export async function axeProblems(panel: PanelPage): Promise<readonly string[]> {
  // Evaluated over the debugger: the page's own policy would refuse a script of ours, as it should.
  await panel.page.evaluate(await readFile(AXE, 'utf8'));
  const { violations } = await panel.page.evaluate<AxeResult>('axe.run(document)');
  return violations.flatMap(({ id, nodes }) => nodes.map((n) => `${id}: ${n.html} ${n.failureSummary ?? ''}`));
}
