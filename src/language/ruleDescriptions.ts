/**
 * Documents that say what a lint rule is about: where the code of a problem leads. The language server has the texts.
 */
import * as vscode from 'vscode';
import { RULE_SCHEME } from '../shared/ids';
import { ServerRequest, type DescribeRuleParams, type DescribeRuleResult } from '../shared/serverProtocol';
import type { LanguageService } from './languageService';

export function registerRuleDescriptions(language: LanguageService): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(RULE_SCHEME, {
    provideTextDocumentContent: async ({ path }) => {
      const params: DescribeRuleParams = { rule: path.slice(1).replace(/\.md$/, '') };
      const { markdown } = await language.request<DescribeRuleResult>(ServerRequest.describeRule, params);
      return markdown ?? vscode.l10n.t('There is no such rule.');
    },
  });
}
