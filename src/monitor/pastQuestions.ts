/**
 * Questions about the past of the open source, for charts. An answer that comes when another source is open is dropped.
 * Does not import vscode.
 */
import { MonitorRequest } from '../shared/monitorProtocol';
import type { CompanionsParams, CompanionsResult, TracesParams, TracesResult } from '../shared/trace';
import type { ProcessLog } from './monitorProcess';
import type { ProcessHolder } from './processHolder';

export class PastQuestions {
  constructor(
    private readonly holder: ProcessHolder,
    private readonly log: ProcessLog,
    /** A number for the source that is open; undefined where none is. */
    private readonly openNow: () => number | undefined,
  ) {}

  /** The past of tags; undefined where nothing is open, or it can't be had: then the log says why. */
  async traces(params: TracesParams): Promise<TracesResult | undefined> {
    return await this.ask<TracesResult>(MonitorRequest.traces, params);
  }

  /** Tags that move together with one; undefined as with traces. */
  async companions(params: CompanionsParams): Promise<CompanionsResult | undefined> {
    return await this.ask<CompanionsResult>(MonitorRequest.companions, params);
  }

  private async ask<Result>(method: string, params: object): Promise<Result | undefined> {
    const asked = this.openNow();
    if (asked === undefined) return undefined;
    try {
      const result = await this.holder.ask<Result>(method, params);
      return asked === this.openNow() ? result : undefined;
    } catch (error) {
      this.log.error(`${method}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }
}
