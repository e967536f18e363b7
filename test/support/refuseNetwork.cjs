// Preloaded (`NODE_OPTIONS=--require`) into every process and worker thread of a program under test: whatever would open a
// socket or look a name up throws, and is written to the file NETWORK_LOG first, so that a caught error is seen as well.
'use strict';
const fs = require('node:fs');
const { isMainThread } = require('node:worker_threads');

const refuse = (what) => {
  const error = new Error(`the network was used: ${what}`);
  fs.appendFileSync(
    process.env.NETWORK_LOG,
    `${what} by ${process.argv[1] ?? '-'}${isMainThread ? '' : ' (thread)'}\n`,
  );
  throw error;
};
const replace = (object, name, label) => {
  object[name] = () => refuse(label);
};

/** Named pipes and Unix sockets stay on the machine. */
const isLocal = (args) => {
  const [first] = Array.isArray(args[0]) ? args[0] : args;
  if (typeof first === 'string') return Number.isNaN(Number(first));
  return typeof first === 'object' && first !== null && typeof first.path === 'string' && first.port === undefined;
};
const net = require('node:net');
for (const [prototype, name] of [
  [net.Socket.prototype, 'connect'],
  [net.Server.prototype, 'listen'],
]) {
  const original = prototype[name];
  prototype[name] = function (...args) {
    return isLocal(args) ? original.apply(this, args) : refuse(`net.${name}`);
  };
}
const dgram = require('node:dgram');
for (const name of ['bind', 'connect', 'send']) replace(dgram.Socket.prototype, name, `dgram.${name}`);
const dns = require('node:dns');
for (const owner of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype]) {
  for (const name of [
    'lookup',
    'lookupService',
    ...Object.getOwnPropertyNames(owner).filter((one) => /^(resolve|reverse)/.test(one)),
  ]) {
    if (typeof owner[name] === 'function') replace(owner, name, `dns.${name}`);
  }
}
globalThis.fetch = () => refuse('fetch');
if (globalThis.WebSocket !== undefined)
  globalThis.WebSocket = function () {
    refuse('WebSocket');
  };
fs.appendFileSync(process.env.NETWORK_LOG, '');
// That it was there at all: a run in which it was never loaded proves nothing.
fs.appendFileSync(`${process.env.NETWORK_LOG}.loaded`, `${process.argv[1] ?? '-'}${isMainThread ? '' : ' (thread)'}\n`);
