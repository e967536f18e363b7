/**
 * A command the user has named in the settings as a source: a monitor elsewhere, or a program that prints captures.
 */
import type { BigAllocationsResult, CommandSpec, ScopesResult } from '../../src/shared/monitorProtocol';
import { MonitorRequest } from '../../src/shared/monitorProtocol';
import type { FeedSource } from './poolSource';
import { RemoteMonitorFeed, type RemoteTimes } from './remoteMonitorFeed';
import { TextCommandFeed } from './textCommandFeed';

/** Opens nothing yet: the command runs when the sampling loop starts the feed, and what goes wrong then is a state. */
export function openCommandSource({ name, run, speaks }: CommandSpec, times?: RemoteTimes): FeedSource {
  const info = { kind: 'command', label: name, live: true } as const;
  if (speaks === 'text') {
    const feed = new TextCommandFeed(run);
    return { info, feed, close: () => feed.close() };
  }
  const feed = new RemoteMonitorFeed(run, times);
  return {
    info,
    feed,
    queries: {
      scopes: () => feed.ask<ScopesResult>(MonitorRequest.scopes),
      setScope: (scope) => feed.setScope(scope),
      bigAllocations: (tag) => feed.ask<BigAllocationsResult>(MonitorRequest.bigAllocations, { tag }),
    },
    close: () => feed.close(),
  };
}
