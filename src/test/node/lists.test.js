'use strict';

const assert = require('node:assert/strict');
const { before, beforeEach, describe, it } = require('node:test');
const { SERVER_URL, ACCOUNT_SID, client, ...expect } = require('./lockstep');

const { services } = client().sync.v1;
const DATA = { name: 'Zoë & 😀 + 100 %', scores: [1, 2.5], next: { deep: true, nothing: null } };
const ALL = { read: true, write: true, manage: true };

let service;
let lists;

before(async () => {
  service = await services.create();
  lists = services(service.sid).syncLists;
});

describe('a List', () => {
  it('is created with all parameters', async () => {
    const uniqueName = 'to do/é';

    const { statusCode, body: created } = await lists.createWithHttpInfo({ uniqueName, ttl: 7, collectionTtl: 60 });

    const url = `${SERVER_URL}/v1/Services/${service.sid}/Lists/${created.sid}`;
    assert.equal(statusCode, 201);
    assert.match(created.sid, /^ES[0-9a-f]{32}$/);
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
    const created = await lists.create({ uniqueName: 'a name é' });

    expect.assertHas(created, { dateExpires: null });
    expect.assertSame(await lists(created.sid).fetch(), created);
    expect.assertSame(await lists('a name é').fetch(), created);
  });

  it('keeps its revision when its time to live changes', async () => {
    const created = await lists.create({ uniqueName: 'lasting', ttl: 60 });

    const updated = await lists('lasting').update({ collectionTtl: 0 });

    expect.assertHas(updated, { dateExpires: null, revision: created.revision });
    expect.assertSame(await lists(created.sid).fetch(), updated);
  });

  it('is gone once it is deleted, with its Items', async () => {
    const { sid } = await lists.create({ uniqueName: 'gone' });
    await lists(sid).syncListItems.create({ data: DATA });

    assert.equal(await lists(sid).remove(), true);

    await expect.assertFails(lists(sid).fetch(), 404, 20404);
    await expect.assertFails(lists('gone').update({ ttl: 1 }), 404, 20404);
    await expect.assertFails(lists('gone').remove(), 404, 20404);
    await expect.assertFails(lists(sid).syncListItems(0).fetch(), 404, 20404);
    assert.notEqual((await lists.create({ uniqueName: 'gone' })).sid, sid);
    assert.deepEqual(await lists('gone').syncListItems.list(), []);
  });

  it('is refused with Twilio’s codes', async () => {
    await lists.create({ uniqueName: 'taken' });

    await expect.assertFails(services(`IS${'0'.repeat(32)}`).syncLists.create(), 404, 20404);
    await expect.assertFails(lists.create({ uniqueName: 'taken' }), 409, 54301);
    await expect.assertFails(lists.create({ uniqueName: `ES${'0'.repeat(32)}` }), 400, 54302);
    await expect.assertFails(lists.create({ ttl: -1 }), 400, 54011);
    await expect.assertFails(lists('taken').update(), 400, 54010);
  });

  it('is listed once, however many there are', async () => {
    const list = services((await services.create()).sid).syncLists;

    await expect.assertHoldsWhatIsCreated(
      list,
      async (number) => (await list.create({ uniqueName: `number ${number}` })).sid,
      ({ sid }) => sid,
    );
  });
});

describe('an Item of a List', () => {
  let list;
  let items;

  beforeEach(async () => {
    list = await lists.create();
    items = lists(list.sid).syncListItems;
  });

  it('is created with all parameters', async () => {
    const parameters = { data: DATA, ttl: 7, itemTtl: 60, collectionTtl: 3600 };

    const { statusCode, headers, body: created } = await items.createWithHttpInfo(parameters);

    assert.equal(statusCode, 201);
    assert.equal(headers.etag, '"0"');
    expect.assertHas(created, {
      index: 0,
      accountSid: ACCOUNT_SID,
      serviceSid: service.sid,
      listSid: list.sid,
      data: DATA,
      revision: '0',
      createdBy: 'system',
      dateUpdated: created.dateCreated,
      url: `${list.url}/Items/0`,
    });
    assert.ok(Math.abs(created.dateExpires - created.dateCreated - 60_000) <= 1000);
    const { dateExpires } = await lists(list.sid).fetch();
    assert.ok(Math.abs(dateExpires - created.dateCreated - 3_600_000) <= 1000);
  });

  it('keeps what an update does not name', async () => {
    const created = await items.create({ data: DATA, ttl: 60 });

    const changed = await items(0).update({ data: { b: 2 } });
    const lasting = await items(0).update({ itemTtl: 0 });

    expect.assertHas(changed, { data: { b: 2 }, dateExpires: created.dateExpires });
    expect.assertHas(lasting, { data: { b: 2 }, dateExpires: null });
    assert.equal(new Set([created.revision, changed.revision, lasting.revision]).size, 3);
    expect.assertSame(await items(0).fetch(), lasting);
  });

  it('is changed only at the revision that is asked for', async () => {
    const { revision } = await items.create({ data: DATA });

    const updated = await items(0).update({ data: { turn: 1 }, ifMatch: revision });

    await expect.assertFails(items(0).update({ data: { turn: 2 }, ifMatch: revision }), 412, 20412);
    await expect.assertFails(items(0).remove({ ifMatch: revision }), 412, 20412);
    expect.assertSame(await items(0).fetch(), updated);
    assert.equal(await items(0).remove({ ifMatch: updated.revision }), true);
  });

  it('leaves an index that no other gets', async () => {
    await items.create({ data: DATA });

    assert.equal(await items(0).remove(), true);

    await expect.assertFails(items(0).fetch(), 404, 20404);
    await expect.assertFails(items(0).update({ ttl: 1 }), 404, 20404);
    await expect.assertFails(items(0).remove(), 404, 20404);
    assert.equal((await items.create({ data: DATA })).index, 1);
  });

  it('is listed once and in both orders, however many there are', async () => {
    await expect.assertHoldsBothWays(
      items,
      async (number) => (await items.create({ data: { number } })).index,
      ({ index }) => index,
    );
  });

  it('is listed from an index on, with it or without', async () => {
    for (let number = 0; number < 5; number++) {
      await items.create({ data: { number } });
    }
    const indexes = async (query) => (await items.list({ ...query, pageSize: 2 })).map(({ index }) => index);

    assert.deepEqual(await indexes({ from: '2' }), [2, 3, 4]);
    assert.deepEqual(await indexes({ from: '2', bounds: 'exclusive' }), [3, 4]);
    assert.deepEqual(await indexes({ from: '2', order: 'desc' }), [2, 1, 0]);
    assert.deepEqual(await indexes({ from: '2', order: 'desc', bounds: 'exclusive' }), [1, 0]);
    assert.deepEqual(await indexes({ from: '9' }), []);
  });

  it('is refused with Twilio’s codes', async () => {
    await expect.assertFails(items.create({ data: [1] }), 400, 54156);
    await expect.assertFails(items.create({ data: '{' }), 400, 54008);
    await expect.assertFails(items.create({ data: { a: 'x'.repeat(16_384) } }), 413, 54006);
    await expect.assertFails(items('x').fetch(), 400, 54458);
    await expect.assertFails(items(0).update({ collectionTtl: 1 }), 400, 54010);
    await expect.assertFails(items.list({ order: 'up' }), 400, 54451);
    await expect.assertFails(items.list({ from: '0', bounds: 'none' }), 400, 54452);
    await expect.assertFails(items.list({ from: 'x' }), 400, 54458);
  });
});

describe('a permission of a List', () => {
  it('is set, listed and gone', async () => {
    const list = await lists.create();
    const permissions = lists(list.sid).syncListPermissions;

    const bob = await permissions('bob@example.com').update({ ...ALL, write: false });

    const url = `${list.url}/Permissions/bob%40example.com`;
    expect.assertHas(bob, { listSid: list.sid, identity: 'bob@example.com', ...ALL, write: false, url });
    expect.assertSame(await permissions('bob@example.com').fetch(), bob);
    assert.deepEqual((await permissions.list()).map(({ identity }) => identity), ['bob@example.com']);
    assert.equal(await bob.remove(), true);
    await expect.assertFails(bob.fetch(), 404, 20404);
    await expect.assertFails(bob.remove(), 404, 20404);
  });
});
