'use strict';

// What every version of the SDK has to be able to do.

const assert = require('node:assert/strict');
const { before, it } = require('node:test');
const { connect, followed, next, rest, until, unused } = require('./lockstep');

let alice;
let bob;

before(() => {
  alice = connect('alice');
  bob = connect('bob');
});

/** One object, as it is seen by two clients that follow it. */
async function shared(kind, name = unused(kind)) {
  const mine = await alice[kind](name);
  const theirs = await bob[kind](name);
  await followed(mine, theirs);
  return { name, mine, theirs };
}

/** Every event that an object raises, as words. */
function watch(object, names) {
  const seen = [];
  for (const name of names) {
    object.on(name, (event) => seen.push([name, event.isLocal, event.item?.data ?? event.previousItemData ?? event.data]));
  }
  return seen;
}

it('a document is opened or created, set, updated and mutated', async () => {
  const { name, mine, theirs } = await shared('document');
  assert.equal(mine.uniqueName, name);
  assert.deepEqual(mine.data, {});
  const seen = watch(theirs, ['updated']);
  const own = watch(mine, ['updated']);

  await mine.set({ score: 1 });
  await mine.update({ level: 2 });
  const last = next(theirs, 'updated', (event) => event.data.score === 2);
  await mine.mutate((data) => ({ ...data, score: data.score + 1 }));
  await last;

  assert.deepEqual(seen.map(([, local, data]) => [local, data]), [
    [false, { score: 1 }],
    [false, { score: 1, level: 2 }],
    [false, { score: 2, level: 2 }],
  ]);
  assert.deepEqual(own.map(([, local]) => local), [true, true, true]);
  const stored = await rest('GET', `/Documents/${name}`);
  assert.deepEqual(stored.data, { score: 2, level: 2 });
  assert.equal(stored.created_by, 'alice');
});

it('a write by REST reaches clients, and a write by a client is there for REST', async () => {
  const { name, mine, theirs } = await shared('document');

  const told = [mine, theirs].map((document) => next(document, 'updated'));
  await rest('POST', `/Documents/${name}`, { Data: '{"by":"rest"}' });

  for (const event of await Promise.all(told)) {
    assert.deepEqual([event.isLocal, event.data], [false, { by: 'rest' }]);
  }
});

it('the time to live of a document changes without its data, and a removal is told', async () => {
  const { name, mine, theirs } = await shared('document');
  await mine.set({ kept: true });

  await mine.setTtl(3600);
  assert.ok(Date.parse(mine.dateExpires) > Date.now());
  assert.deepEqual((await rest('GET', `/Documents/${name}`)).data, { kept: true });

  const removed = next(theirs, 'removed');
  await mine.removeDocument();
  assert.equal((await removed).isLocal, false);
  await assert.rejects(bob.document({ id: name, mode: 'open_existing' }), { status: 404 });
});

it('what is created anew may not be there before, and what is opened must be', async () => {
  const name = unused('document');
  await assert.rejects(alice.document({ id: name, mode: 'open_existing' }), { status: 404, code: 54300 });
  await alice.document({ id: name, mode: 'create_new', data: { first: 1 } });
  await assert.rejects(bob.document({ id: name, mode: 'create_new' }), { status: 409, code: 54301 });
  assert.deepEqual((await bob.document(name)).data, { first: 1 });
});

it('items of a list are pushed, set, read and removed', async () => {
  const { name, mine, theirs } = await shared('list');
  const events = ['itemAdded', 'itemUpdated', 'itemRemoved'];
  const own = watch(mine, events);
  const seen = watch(theirs, events);

  const first = await mine.push({ n: 1 });
  const second = await mine.push({ n: 2 });
  assert.deepEqual([first.index, second.index], [0, 1]);
  await mine.set(0, { n: 10 });
  await mine.update(0, { more: true });
  await mine.mutate(1, (data) => ({ n: data.n * 2 }));
  await until(() => seen.length === 5, 'what was written');
  assert.deepEqual((await theirs.get(0)).data, { n: 10, more: true });
  const removed = next(theirs, 'itemRemoved');
  await mine.remove(1);
  await removed;

  const expected = [
    ['itemAdded', { n: 1 }],
    ['itemAdded', { n: 2 }],
    ['itemUpdated', { n: 10 }],
    ['itemUpdated', { n: 10, more: true }],
    ['itemUpdated', { n: 4 }],
    ['itemRemoved', { n: 4 }],
  ];
  assert.deepEqual(seen, expected.map(([name, data]) => [name, false, data]));
  assert.deepEqual(own, expected.map(([name, data]) => [name, true, data]));
  await assert.rejects((await connect().list(name)).get(1), { status: 404, code: 54151 });
  assert.equal((await mine.push({ n: 3 })).index, 2);
});

it('items of a map are set, read and removed under any key', async () => {
  const { mine, theirs } = await shared('map');
  const events = ['itemAdded', 'itemUpdated', 'itemRemoved'];
  const own = watch(mine, events);
  const seen = watch(theirs, events);
  const key = 'a key/with %2F, ü & 😀';

  await mine.set(key, { n: 1 });
  await mine.set(key, { n: 2 });
  await mine.mutate(key, (data) => ({ n: data.n + 1 }));
  await mine.mutate('absent', (data) => ({ was: data ?? null, now: 1 }));
  await until(() => seen.length === 4, 'what was written');
  assert.deepEqual((await theirs.get(key)).data, { n: 3 });
  const removed = next(theirs, 'itemRemoved');
  await mine.remove(key);
  await removed;

  const expected = [
    ['itemAdded', { n: 1 }],
    ['itemUpdated', { n: 2 }],
    ['itemUpdated', { n: 3 }],
    ['itemAdded', (await mine.get('absent')).data],
    ['itemRemoved', { n: 3 }],
  ];
  assert.deepEqual(seen, expected.map(([name, data]) => [name, false, data]));
  assert.deepEqual(own, expected.map(([name, data]) => [name, true, data]));
  await assert.rejects(theirs.get(key), { status: 404, code: 54201 });
});

it('a message of a stream reaches everybody once, its publisher by the call', async () => {
  const { name, mine, theirs } = await shared('stream');
  const own = [];
  const seen = [];
  mine.on('messagePublished', (event) => own.push([event.isLocal, event.message.data]));
  theirs.on('messagePublished', (event) => seen.push([event.isLocal, event.message.data]));

  await mine.publishMessage({ n: 1 });
  const last = [mine, theirs].map((stream) => next(stream, 'messagePublished', (event) => event.message.data.n === 2));
  await rest('POST', `/Streams/${name}/Messages`, { Data: '{"n":2}' });
  await Promise.all(last);

  assert.deepEqual(seen, [[false, { n: 1 }], [false, { n: 2 }]]);
  assert.deepEqual(own, [[true, { n: 1 }], [false, { n: 2 }]]);
});

it('items that expire are told as removed, and are hidden before', async () => {
  const { mine, theirs } = await shared('map');
  const removed = [mine, theirs].map((map) => next(map, 'itemRemoved', () => true, 10));

  await mine.set('short', { n: 1 }, { ttl: 1 });

  for (const event of await Promise.all(removed)) {
    assert.deepEqual([event.key, event.isLocal, event.previousItemData], ['short', false, { n: 1 }]);
  }
  await assert.rejects(theirs.get('short'), { status: 404 });
});

it('times to live of collections and of their items can be changed', async () => {
  for (const kind of ['list', 'map']) {
    const { name, mine } = await shared(kind);
    const item = kind === 'list' ? await mine.push({ n: 1 }) : await mine.set('key', { n: 1 });
    const key = kind === 'list' ? item.index : item.key;

    await mine.setItemTtl(key, 3600);
    await mine.setTtl(7200);

    assert.ok(Date.parse(mine.dateExpires) > Date.now() + 3_600_000, kind);
    const stored = await rest('GET', `/${kind === 'list' ? 'Lists' : 'Maps'}/${name}/Items/${key}`);
    assert.ok(Date.parse(stored.date_expires) > Date.now(), kind);
    assert.deepEqual(stored.data, { n: 1 });
  }
});

it('all that is opened can be removed', async () => {
  for (const [kind, remove] of [['list', 'removeList'], ['map', 'removeMap'], ['stream', 'removeStream']]) {
    const { mine, theirs } = await shared(kind);
    const removed = next(theirs, 'removed');
    await mine[remove]();
    assert.equal((await removed).isLocal, false, kind);
  }
});

it('what the server refuses has its status and code', async () => {
  const { mine } = await shared('map');
  await assert.rejects(mine.set('k', { much: 'x'.repeat(16_384) }), { status: 413, code: 54006 });
  await assert.rejects(mine.set('k'.repeat(321), {}), { status: 400, code: 54209 });
  await assert.rejects(alice.document(`ET${'0'.repeat(32)}`), { status: 400, code: 54302 });
});
