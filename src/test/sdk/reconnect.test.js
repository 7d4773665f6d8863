'use strict';

const assert = require('node:assert/strict');
const { it } = require('node:test');
const { Relay, connect, followed, next, rest, until, unused } = require('./lockstep');

/** A client that can be cut off, with objects that it follows. */
async function behindARelay() {
  const relay = await Relay.open();
  const names = { document: unused('document'), list: unused('list'), map: unused('map'), stream: unused('stream') };
  await rest('POST', '/Documents', { UniqueName: names.document, Data: '{"n":0}' });
  await rest('POST', '/Lists', { UniqueName: names.list });
  await rest('POST', '/Maps', { UniqueName: names.map });
  await rest('POST', '/Streams', { UniqueName: names.stream });
  const client = connect(undefined, { url: relay.url });
  const objects = {};
  for (const kind of Object.keys(names)) {
    objects[kind] = await client[kind](names[kind]);
  }
  await followed(...Object.values(objects));
  return { relay, client, names, ...objects };
}

it('what was missed is told after a reconnect: changes, additions and removals, each once', async () => {
  const { relay, client, names, document, list, map } = await behindARelay();
  const path = `/Maps/${names.map}/Items`;
  await rest('POST', path, { Key: 'kept', Data: '{"v":1}' });
  await rest('POST', path, { Key: 'gone', Data: '{"v":1}' });
  await until(async () => (await map.get('gone').catch(() => null)) !== null, 'the items');
  await next(map, 'itemUpdated', () => true, 0.3).catch(() => null);
  const seen = [];
  document.on('updated', (event) => seen.push(['document', event.data]));
  list.on('itemAdded', (event) => seen.push(['pushed', event.item.data]));
  map.on('itemAdded', (event) => seen.push(['added', event.item.key]));
  map.on('itemUpdated', (event) => seen.push(['updated', event.item.key, event.item.data]));
  map.on('itemRemoved', (event) => seen.push(['removed', event.key]));

  relay.break();
  await until(() => client.connectionState !== 'connected', 'the break');
  for (let n = 1; n <= 3; n++) {
    await rest('POST', `/Documents/${names.document}`, { Data: `{"n":${n}}` });
    await rest('POST', `/Lists/${names.list}/Items`, { Data: `{"n":${n}}` });
  }
  await rest('POST', `${path}/kept`, { Data: '{"v":2}' });
  await rest('DELETE', `${path}/gone`);
  await rest('POST', path, { Key: 'born', Data: '{"v":1}' });
  relay.mend();

  await until(() => seen.length >= 7, 'what was missed');
  await rest('POST', path, { Key: 'last', Data: '{}' });
  await until(() => seen.some(([, key]) => key === 'last'), 'what comes after');
  const of = (...names) => seen.filter(([name]) => names.includes(name));
  assert.deepEqual(of('document'), [['document', { n: 3 }]]);
  assert.deepEqual(of('pushed'), [1, 2, 3].map((n) => ['pushed', { n }]));
  assert.deepEqual(of('added', 'updated', 'removed'), [
    ['updated', 'kept', { v: 2 }],
    ['removed', 'gone'],
    ['added', 'born'],
    ['added', 'last'],
  ]);
});

it('an object that was removed meanwhile is told as removed', async () => {
  const { relay, client, names, map } = await behindARelay();
  relay.break();
  await until(() => client.connectionState !== 'connected', 'the break');
  await rest('DELETE', `/Maps/${names.map}`);
  const removed = next(map, 'removed');
  relay.mend();
  await removed;
});

it('more changes than fit into one chunk are told in their order', async () => {
  const { relay, client, names, list } = await behindARelay();
  const seen = [];
  list.on('itemAdded', (event) => seen.push(event.item.index));
  relay.break();
  await until(() => client.connectionState !== 'connected', 'the break');
  for (let n = 0; n < 450; n += 50) {
    await Promise.all(
      Array.from({ length: 50 }, () => rest('POST', `/Lists/${names.list}/Items`, { Data: '{"a":1}' })),
    );
  }
  relay.mend();

  await until(() => seen.length >= 450, 'all of them');
  assert.deepEqual(seen, Array.from({ length: 450 }, (_, n) => n));
});

it('writes go on while a client reconnects over and over, and it ends with what is stored', async () => {
  const { relay, names, document, list } = await behindARelay();
  const added = [];
  list.on('itemAdded', (event) => added.push(event.item.index));
  const total = 200;
  for (let n = 1; n <= total; n++) {
    await Promise.all([
      rest('POST', `/Documents/${names.document}`, { Data: `{"n":${n}}` }),
      rest('POST', `/Lists/${names.list}/Items`, { Data: '{}' }),
    ]);
    if (n % 20 === 0) {
      relay.drop();
    }
  }

  await until(() => document.data.n === total && added.length >= total, 'the end');
  assert.deepEqual(added, Array.from({ length: total }, (_, n) => n));
});
