'use strict';

const assert = require('node:assert/strict');
const { it } = require('node:test');
const { connect, unused } = require('./lockstep');

const SIZE = 500;

/** All that the pages hold, whichever way they are turned. */
async function there(page, name) {
  const names = [];
  for (let each = page; ; each = await each.nextPage()) {
    names.push(...each.items.map(name));
    if (!each.hasNextPage) {
      return names;
    }
  }
}

/** The first pages forward, and then back to the first. */
async function thereAndBack(page, name) {
  const first = page.items.map(name);
  const second = await page.nextPage();
  assert.equal(second.hasPrevPage, true);
  const back = await second.prevPage();
  assert.deepEqual(back.items.map(name), first);
}

for (const [kind, fill, nameOf, compare] of [
  ['list', (list, n) => list.push({ n }), (item) => item.index, (a, b) => a - b],
  ['map', (map, n) => map.set(`key-${n}`, { n }), (item) => item.key, (a, b) => (a < b ? -1 : 1)],
]) {
  it(`each of ${SIZE} items of a ${kind} is met once, in both orders`, async () => {
    const name = unused(kind);
    const writer = connect();
    const collection = await writer[kind](name);
    const expected = [];
    for (let n = 0; n < SIZE; n += 50) {
      const items = await Promise.all(Array.from({ length: 50 }, (_, i) => fill(collection, n + i)));
      expected.push(...items.map(nameOf));
    }
    expected.sort(compare);

    const reader = await connect()[kind](name);
    assert.deepEqual(await there(await reader.getItems({ pageSize: 40 }), nameOf), expected);
    assert.deepEqual(
      await there(await reader.getItems({ pageSize: 40, order: 'desc' }), nameOf),
      [...expected].reverse(),
    );
    assert.deepEqual(
      await there(await reader.getItems({ from: expected[250], pageSize: 100 }), nameOf),
      expected.slice(250),
    );
    const fresh = await connect()[kind](name);
    await thereAndBack(await fresh.getItems({ pageSize: 20 }), nameOf);
    const removed = await fresh.get(expected[1]);
    await fresh.remove(nameOf(removed));
    const again = await connect()[kind](name);
    assert.deepEqual(await there(await again.getItems({ pageSize: 100 }), nameOf), [
      expected[0],
      ...expected.slice(2),
    ]);
  });
}
