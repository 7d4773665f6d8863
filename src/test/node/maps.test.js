'use strict';

const assert = require('node:assert/strict');
const { before, beforeEach, describe, it } = require('node:test');
const { SERVER_URL, ACCOUNT_SID, client, ...expect } = require('./lockstep');

const { services } = client().sync.v1;
const DATA = { name: 'Zoë & 😀 + 100 %', scores: [1, 2.5], next: { deep: true, nothing: null } };
const ALL = { read: true, write: true, manage: true };

let service;
let maps;

before(async () => {
  service = await services.create();
  maps = services(service.sid).syncMaps;
});

describe('a Map', () => {
  it('is created with all parameters', async () => {
    const uniqueName = 'to do/é';

    const { statusCode, body: created } = await maps.createWithHttpInfo({ uniqueName, ttl: 7, collectionTtl: 60 });

    const url = `${SERVER_URL}/v1/Services/${service.sid}/Maps/${created.sid}`;
    assert.equal(statusCode, 201);
    assert.match(created.sid, /^MP[0-9a-f]{32}$/);
    expect.assertHas(created, {
      uniqueName,
      accountSid: ACCOUNT_SID,
      serviceSid: service.sid,
      revision: '0',
      createdBy: 'system',
      dateUpdated: created.dateCreated,
      url,
      links: { items: `${url}/Items`, permissions: `${url}/Permissions` },
    });
    assert.ok(Math.abs(created.dateExpires - created.dateCreated - 60_000) <= 1000);
  });

  it('is fetched by its SID and by its name', async () => {
    const created = await maps.create({ uniqueName: 'a name é' });

    expect.assertHas(created, { dateExpires: null });
    expect.assertSame(await maps(created.sid).fetch(), created);
    expect.assertSame(await maps('a name é').fetch(), created);
  });

  it('keeps its revision when its time to live changes', async () => {
    const created = await maps.create({ uniqueName: 'lasting', ttl: 60 });

    const updated = await maps('lasting').update({ collectionTtl: 0 });

    expect.assertHas(updated, { dateExpires: null, revision: created.revision });
    expect.assertSame(await maps(created.sid).fetch(), updated);
  });

  it('is gone once it is deleted, with its Items', async () => {
    const { sid } = await maps.create({ uniqueName: 'gone' });
    await maps(sid).syncMapItems.create({ key: 'a', data: DATA });

    assert.equal(await maps(sid).remove(), true);

    await expect.assertFails(maps(sid).fetch(), 404, 20404);
    await expect.assertFails(maps('gone').update({ ttl: 1 }), 404, 20404);
    await expect.assertFails(maps('gone').remove(), 404, 20404);
    await expect.assertFails(maps(sid).syncMapItems('a').fetch(), 404, 20404);
    assert.notEqual((await maps.create({ uniqueName: 'gone' })).sid, sid);
    assert.deepEqual(await maps('gone').syncMapItems.list(), []);
  });

  it('is refused with Twilio’s codes', async () => {
    await maps.create({ uniqueName: 'taken' });

    await expect.assertFails(services(`IS${'0'.repeat(32)}`).syncMaps.create(), 404, 20404);
    await expect.assertFails(maps.create({ uniqueName: 'taken' }), 409, 54301);
    await expect.assertFails(maps.create({ uniqueName: `MP${'0'.repeat(32)}` }), 400, 54302);
    await expect.assertFails(maps.create({ ttl: -1 }), 400, 54011);
    await expect.assertFails(maps('taken').update(), 400, 54010);
  });

  it('is listed once, however many there are', async () => {
    const map = services((await services.create()).sid).syncMaps;

    await expect.assertHoldsWhatIsCreated(
      map,
      async (number) => (await map.create({ uniqueName: `number ${number}` })).sid,
      ({ sid }) => sid,
    );
  });
});

describe('an Item of a Map', () => {
  let map;
  let items;

  beforeEach(async () => {
    map = await maps.create();
    items = maps(map.sid).syncMapItems;
  });

  it('is created with all parameters', async () => {
    const parameters = { key: 'é 1', data: DATA, ttl: 7, itemTtl: 60, collectionTtl: 3600 };

    const { statusCode, headers, body: created } = await items.createWithHttpInfo(parameters);

    assert.equal(statusCode, 201);
    assert.equal(headers.etag, '"0"');
    expect.assertHas(created, {
      key: 'é 1',
      accountSid: ACCOUNT_SID,
      serviceSid: service.sid,
      mapSid: map.sid,
      data: DATA,
      revision: '0',
      createdBy: 'system',
      dateUpdated: created.dateCreated,
      url: `${map.url}/Items/%C3%A9%201`,
    });
    assert.ok(Math.abs(created.dateExpires - created.dateCreated - 60_000) <= 1000);
    const { dateExpires } = await maps(map.sid).fetch();
    assert.ok(Math.abs(dateExpires - created.dateCreated - 3_600_000) <= 1000);
  });

  it('keeps what an update does not name', async () => {
    const created = await items.create({ key: 'a', data: DATA, ttl: 60 });

    const changed = await items('a').update({ data: { b: 2 } });
    const lasting = await items('a').update({ itemTtl: 0 });

    expect.assertHas(changed, { data: { b: 2 }, dateExpires: created.dateExpires });
    expect.assertHas(lasting, { data: { b: 2 }, dateExpires: null });
    assert.equal(new Set([created.revision, changed.revision, lasting.revision]).size, 3);
    expect.assertSame(await items('a').fetch(), lasting);
  });

  it('is changed only at the revision that is asked for', async () => {
    const { revision } = await items.create({ key: 'a', data: DATA });

    const updated = await items('a').update({ data: { turn: 1 }, ifMatch: revision });

    await expect.assertFails(items('a').update({ data: { turn: 2 }, ifMatch: revision }), 412, 20412);
    await expect.assertFails(items('a').remove({ ifMatch: revision }), 412, 20412);
    expect.assertSame(await items('a').fetch(), updated);
    assert.equal(await items('a').remove({ ifMatch: updated.revision }), true);
  });

  it('has any key', async () => {
    for (const key of ['é ü', '+15551230000', 'a:b;c=d&e', `MP${'0'.repeat(32)}`]) {
      const item = await items.create({ key, data: DATA });

      assert.equal(item.key, key);
      expect.assertSame(await items(key).fetch(), item);
    }
  });

  it('leaves its key to another with another revision', async () => {
    const { revision } = await items.create({ key: 'a', data: DATA });

    await expect.assertFails(items.create({ key: 'a', data: DATA }), 409, 54208);
    assert.equal(await items('a').remove(), true);

    await expect.assertFails(items('a').fetch(), 404, 20404);
    await expect.assertFails(items('a').update({ ttl: 1 }), 404, 20404);
    await expect.assertFails(items('a').remove(), 404, 20404);
    assert.notEqual((await items.create({ key: 'a', data: DATA })).revision, revision);
  });

  it('is listed once and in both orders, however many there are', async () => {
    await expect.assertHoldsBothWays(
      items,
      async (number) => (await items.create({ key: `key-${String(number).padStart(4, '0')}`, data: { number } })).key,
      ({ key }) => key,
    );
  });

  it('is listed by the bytes of its key, from one on, with it or without', async () => {
    for (const key of ['😀', 'b', 'a&1', '+1', 'B']) {
      await items.create({ key, data: {} });
    }
    const keys = async (query) => (await items.list({ ...query, pageSize: 2 })).map(({ key }) => key);

    assert.deepEqual(await keys({}), ['+1', 'B', 'a&1', 'b', '😀']);
    assert.deepEqual(await keys({ from: 'a&1' }), ['a&1', 'b', '😀']);
    assert.deepEqual(await keys({ from: 'a&1', bounds: 'exclusive' }), ['b', '😀']);
    assert.deepEqual(await keys({ from: 'a&1', order: 'desc' }), ['a&1', 'B', '+1']);
    assert.deepEqual(await keys({ from: '+1', order: 'desc', bounds: 'exclusive' }), []);
  });

  it('is refused with Twilio’s codes', async () => {
    await expect.assertFails(items.create({ key: 'a', data: [1] }), 400, 54206);
    await expect.assertFails(items.create({ key: 'a', data: '{' }), 400, 54008);
    await expect.assertFails(items.create({ key: 'a', data: { a: 'x'.repeat(16_384) } }), 413, 54006);
    await expect.assertFails(items.create({ key: '', data: {} }), 400, 54209);
    await expect.assertFails(items('x'.repeat(321)).fetch(), 400, 54209);
    await expect.assertFails(items('a').update({ collectionTtl: 1 }), 400, 54010);
    await expect.assertFails(items.list({ order: 'up' }), 400, 54451);
    await expect.assertFails(items.list({ from: 'a', bounds: 'none' }), 400, 54452);
    await expect.assertFails(items.list({ from: 'x'.repeat(321) }), 400, 54209);
  });
});

describe('a permission of a Map', () => {
  it('is set, listed and gone', async () => {
    const map = await maps.create();
    const permissions = maps(map.sid).syncMapPermissions;

    const bob = await permissions('bob@example.com').update({ ...ALL, write: false });

    const url = `${map.url}/Permissions/bob%40example.com`;
    expect.assertHas(bob, { mapSid: map.sid, identity: 'bob@example.com', ...ALL, write: false, url });
    expect.assertSame(await permissions('bob@example.com').fetch(), bob);
    assert.deepEqual((await permissions.list()).map(({ identity }) => identity), ['bob@example.com']);
    assert.equal(await bob.remove(), true);
    await expect.assertFails(bob.fetch(), 404, 20404);
    await expect.assertFails(bob.remove(), 404, 20404);
  });
});
