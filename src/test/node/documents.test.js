'use strict';

const assert = require('node:assert/strict');
const { before, describe, it } = require('node:test');
const { SERVER_URL, ACCOUNT_SID, client, ...expect } = require('./lockstep');

const { services } = client().sync.v1;
const DATA = { name: 'Zoë & 😀 + 100 %', scores: [1, 2.5], next: { deep: true, nothing: null } };

let service;
let documents;

before(async () => {
  service = await services.create();
  documents = services(service.sid).documents;
});

const newDocument = (uniqueName) => documents.create({ uniqueName, data: DATA, ttl: 3600 });

describe('a Document', () => {
  it('is created with all parameters', async () => {
    const uniqueName = 'score board/é';
    const parameters = { uniqueName, data: DATA, ttl: 60 };

    const { statusCode, headers, body: created } = await documents.createWithHttpInfo(parameters);

    const url = `${SERVER_URL}/v1/Services/${service.sid}/Documents/${created.sid}`;
    assert.equal(statusCode, 201);
    assert.equal(headers.etag, '"0"');
    assert.match(created.sid, /^ET[0-9a-f]{32}$/);
    expect.assertHas(created, {
      uniqueName,
      accountSid: ACCOUNT_SID,
      serviceSid: service.sid,
      data: DATA,
      revision: '0',
      createdBy: 'system',
      dateUpdated: created.dateCreated,
      url,
      links: { permissions: `${url}/Permissions` },
    });
    assert.ok(Math.abs(created.dateExpires - created.dateCreated - 60_000) <= 1000);
  });

  it('is created without parameters', async () => {
    const created = await documents.create();

    expect.assertHas(created, { uniqueName: null, dateExpires: null, data: {} });
  });

  it('is fetched by its SID and by its name', async () => {
    const created = await newDocument('a name é');

    expect.assertSame(await documents(created.sid).fetch(), created);
    expect.assertSame(await documents('a name é').fetch(), created);
  });

  it('keeps its time to live when its data changes', async () => {
    const created = await newDocument('kept');

    const updated = await documents('kept').update({ data: { b: 2 } });

    expect.assertHas(updated, { data: { b: 2 }, dateExpires: created.dateExpires });
    assert.notEqual(updated.revision, created.revision);
    expect.assertSame(await documents('kept').fetch(), updated);
  });

  it('keeps its data when its time to live changes', async () => {
    const created = await newDocument('for ever');

    const updated = await documents(created.sid).update({ ttl: 0 });

    expect.assertHas(updated, { data: DATA, dateExpires: null });
    assert.notEqual(updated.revision, created.revision);
  });

  it('takes a text for the JSON that it is', async () => {
    const created = await documents.create({ data: '{"raw": true}' });

    assert.deepEqual(created.data, { raw: true });
  });

  it('is changed only at the revision that is asked for', async () => {
    const { sid, revision } = await newDocument('guarded');

    const updated = await documents(sid).update({ data: { turn: 1 }, ifMatch: revision });

    await expect.assertFails(updated.update({ data: { turn: 2 }, ifMatch: revision }), 412, 20412);
    expect.assertSame(await updated.fetch(), updated);
  });

  it('is gone once it is deleted', async () => {
    const { sid } = await newDocument('gone');

    assert.equal(await documents(sid).remove(), true);

    await expect.assertFails(documents(sid).fetch(), 404, 20404);
    await expect.assertFails(documents('gone').fetch(), 404, 20404);
    await expect.assertFails(documents(sid).update({ ttl: 1 }), 404, 20404);
    await expect.assertFails(documents(sid).remove(), 404, 20404);
    assert.notEqual((await newDocument('gone')).sid, sid);
  });

  it('is refused with Twilio’s codes', async () => {
    await newDocument('taken');

    await expect.assertFails(services(`IS${'0'.repeat(32)}`).documents.create(), 404, 20404);
    await expect.assertFails(documents(`ET${'0'.repeat(32)}`).fetch(), 404, 20404);
    await expect.assertFails(newDocument('taken'), 409, 54301);
    await expect.assertFails(newDocument(`ET${'0'.repeat(32)}`), 400, 54302);
    await expect.assertFails(documents.create({ data: null }), 400, 54101);
    await expect.assertFails(documents.create({ data: [1] }), 400, 54101);
    await expect.assertFails(documents.create({ data: '{' }), 400, 54008);
    await expect.assertFails(documents.create({ data: { a: 'x'.repeat(16_384) } }), 413, 54006);
    await expect.assertFails(documents.create({ ttl: -1 }), 400, 54011);
    await expect.assertFails(documents('taken').update(), 400, 54010);
    await expect.assertFails(documents.list({ pageSize: 1001 }), 400, 54454);
  });
});

describe('the list of Documents', () => {
  it('holds each once, however many there are', async () => {
    const list = services((await services.create()).sid).documents;

    await expect.assertHoldsWhatIsCreated(
      list,
      async (number) => (await list.create({ uniqueName: `number ${number}` })).sid,
      (document) => document.sid,
    );
  });
});
