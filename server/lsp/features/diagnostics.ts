/**
 * Diagnostics, pulled only (textDocument/diagnostic and workspace/diagnostic): findings of the lint rules in sources.
 * Equal results have equal result ids. The workspace's request stays open until there is something to say.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  DiagnosticSeverity,
  DocumentDiagnosticReportKind,
  LSPErrorCodes,
  ResponseError,
  type CancellationToken,
  type Diagnostic,
  type DocumentDiagnosticReport,
  type WorkspaceDiagnosticParams,
  type WorkspaceDiagnosticReport,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver/node';
import type { Finding, Severity } from '../../core/lint/rule';
import { runLint } from '../../core/lint/runLint';
import type { PoolTagFile } from '../../core/tags/poolTagFile';
import { decodeText } from '../../scan/files/decodeText';
import type { ServerContext } from '../context';
import { locate } from '../placesIn';
import { placeLocation } from '../positions';
import { keyOfUri, uriOfKey } from '../uris';
import { ruleAddress } from './ruleDescriptions';

const SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
};
const MS_BETWEEN_REFRESHES = 100;

interface FileReport {
  readonly resultId: string;
  readonly items: Diagnostic[];
}

function report(items: Diagnostic[]): FileReport {
  return { items, resultId: createHash('sha256').update(JSON.stringify(items)).digest('hex').slice(0, 16) };
}

const NOTHING = report([]);

export function registerDiagnostics(context: ServerContext): void {
  const diagnostics = new Diagnostics(context);
  const { languages } = context.connection;
  languages.diagnostics.on(async ({ textDocument, previousResultId }, token) => {
    const key = keyOfUri(textDocument.uri);
    if (key !== undefined) await context.workspace.flush(key);
    if (token.isCancellationRequested) throw cancelled();
    return answer(key === undefined ? NOTHING : diagnostics.of(key), previousResultId);
  });
  languages.diagnostics.onWorkspace((params, token) => diagnostics.workspace(params, token));
}

function answer({ resultId, items }: FileReport, previous: string | undefined): DocumentDiagnosticReport {
  return resultId === previous
    ? { kind: DocumentDiagnosticReportKind.Unchanged, resultId }
    : { kind: DocumentDiagnosticReportKind.Full, resultId, items };
}

function cancelled(): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
}

class Diagnostics {
  readonly #context: ServerContext;
  readonly #waiting = new Set<() => void>();
  #reports: { readonly revision: string; readonly byFile: ReadonlyMap<string, FileReport> } | undefined;
  #told: string | undefined;
  #toldAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(context: ServerContext) {
    this.#context = context;
    context.workspace.onChange(() => {
      // The first change is told at once; what follows closely, together.
      const wait = Math.max(0, this.#toldAt + MS_BETWEEN_REFRESHES - performance.now());
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#tell();
      }, wait);
    });
  }

  of(file: string): FileReport {
    return this.#all().get(file) ?? NOTHING;
  }

  async workspace(params: WorkspaceDiagnosticParams, token: CancellationToken): Promise<WorkspaceDiagnosticReport> {
    const known = new Map(params.previousResultIds.map(({ uri, value }) => [uri, value]));
    for (;;) {
      if (token.isCancellationRequested) throw cancelled();
      const items = this.#changedSince(known);
      if (items.length > 0) return { items };
      await this.#change(token);
    }
  }

  /** Reports that differ from what the client has, and empty ones for files that have no findings any more. */
  #changedSince(known: ReadonlyMap<string, string>): WorkspaceDocumentDiagnosticReport[] {
    const reports = new Map([...this.#all()].map(([file, value]) => [uriOfKey(file), { file, value }]));
    for (const uri of known.keys()) {
      const file = keyOfUri(uri);
      if (!reports.has(uri) && file !== undefined) reports.set(uri, { file, value: NOTHING });
    }
    return [...reports]
      .filter(([uri, { value }]) => known.get(uri) !== value.resultId)
      .map(([uri, { file, value }]) => ({
        kind: DocumentDiagnosticReportKind.Full,
        uri,
        version: this.#context.documents.version(file) ?? null,
        resultId: value.resultId,
        items: value.items,
      }));
  }

  #all(): ReadonlyMap<string, FileReport> {
    const { workspace } = this.#context;
    const listed = workspace.namedPoolTagList();
    const revision = `${workspace.revision} ${listed.revision}`;
    if (this.#reports?.revision !== revision) this.#reports = { revision, byFile: this.#compute(listed.list?.file) };
    return this.#reports.byFile;
  }

  #compute(poolTagFile: PoolTagFile | undefined): Map<string, FileReport> {
    const { workspace, documents } = this.#context;
    const findings = runLint(workspace.index, {
      settingOf: (rule, file) => {
        const { lint } = workspace.settingsFor(file);
        return lint.enable ? lint.rules[rule] : 'off';
      },
      readText: (file) => documents.text(file) ?? readText(file),
      poolTagFile,
    });
    const items = new Map<string, Diagnostic[]>();
    for (const finding of findings) {
      if (finding.suppressed || finding.place.kind !== 'source') continue;
      const list = items.get(finding.place.file) ?? [];
      list.push(this.#diagnostic(finding));
      items.set(finding.place.file, list);
    }
    return new Map([...items].map(([file, list]) => [file, report(list)]));
  }

  #diagnostic(finding: Finding): Diagnostic {
    const { client, workspace, ruleScheme } = this.#context;
    const base: Diagnostic = {
      range: placeLocation(finding.place).range,
      severity: SEVERITY[finding.severity],
      code: finding.rule,
      source: 'PoolLens',
      message: finding.message,
      ...(ruleScheme === undefined ? {} : { codeDescription: { href: ruleAddress(ruleScheme, finding.rule) } }),
    };
    if (client.textDocument?.diagnostic?.relatedInformation === false || finding.related.length === 0) return base;
    const relatedInformation = finding.related.map(({ place, site, message }) => {
      const location = site === undefined ? placeLocation(place) : locate(workspace, site);
      return { location, message };
    });
    return { ...base, relatedInformation };
  }

  #change(token: CancellationToken): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        cancellation.dispose();
        resolve();
      };
      const cancellation = token.onCancellationRequested(wake);
      this.#waiting.add(wake);
    });
  }

  /** Wakes the workspace's request, and asks the client to pull open documents again when their answers may differ. */
  #tell(): void {
    const { workspace, connection, client } = this.#context;
    if (this.#told === workspace.revision) return;
    this.#told = workspace.revision;
    this.#toldAt = performance.now();
    for (const wake of [...this.#waiting]) wake();
    if (client.workspace?.diagnostics?.refreshSupport !== true) return;
    connection.languages.diagnostics.refresh().catch((error: unknown) => {
      connection.console.warn(`diagnostics refresh: ${String(error)}`);
    });
  }
}

function readText(file: string): string | undefined {
  try {
    return decodeText(readFileSync(file));
  } catch {
    return undefined;
  }
}
