/**
 * Requests of ours about scanning: scan again (poollens/rescan), how it stands (poollens/scanStatus), and the
 * notification that the index changed.
 */
import { ServerNotification, ServerRequest } from '../../../src/shared/serverProtocol';
import type { ServerContext } from '../context';

const MS_BETWEEN_NOTIFICATIONS = 200;

export function registerScanStatus({ connection, workspace }: ServerContext): void {
  connection.onRequest(ServerRequest.rescan, async () => {
    await workspace.rescan();
    return null;
  });
  connection.onRequest(ServerRequest.scanStatus, () => workspace.status());

  let timer: NodeJS.Timeout | undefined;
  workspace.onChange(() => {
    timer ??= setTimeout(() => {
      timer = undefined;
      void connection.sendNotification(ServerNotification.indexChanged, workspace.status());
    }, MS_BETWEEN_NOTIFICATIONS);
  });
}
