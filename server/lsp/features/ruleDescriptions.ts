/**
 * What a lint rule is about: the address a problem's code leads to, and the text behind it (poollens/describeRule).
 * Only rules there are have a text; nothing is read from a file or a network.
 */
import { ServerRequest, type DescribeRuleParams, type DescribeRuleResult } from '../../../src/shared/serverProtocol';
import { findRule } from '../../core/lint/rules';
import type { ServerContext } from '../context';

/** Address of the client's document about a rule. */
export function ruleAddress(scheme: string, rule: string): string {
  return `${scheme}:/${rule}.md`;
}

export function registerRuleDescriptions({ connection }: ServerContext): void {
  connection.onRequest(ServerRequest.describeRule, ({ rule }: DescribeRuleParams): DescribeRuleResult => {
    const found = findRule(rule);
    if (found === undefined) return {};
    const { id, severity, summary, documentation } = found;
    const setting = `Setting \`poollens.lint.rules\`: \`"${id}": "off"\`, or another severity than \`${severity}\`.`;
    const comment = `One line: \`// poollens-disable-next-line ${id}\``;
    return { markdown: `# ${id}\n\n${summary}\n\n${documentation}\n\n## Silence it\n\n${comment}\n\n${setting}\n` };
  });
}
