'use strict';

const assert = require('node:assert/strict');
const { before, describe, it } = require('node:test');
const { SERVER_URL, ACCOUNT_SID, client, ...expect } = require('./lockstep');

const { services } = client().sync.v1;
const DATA = { name: 'Zoë & 😀 + 100 %', scores: [1, 2.5], next: { deep: true, nothing: null } };

let service;
let streams;

before(async () => {
  service = await services.create();
  streams = services(service.sid).syncStreams;
});

describe('a Stream', () => {
  it('is created with all parameters', async () => {
    const { statusCode, body: created } = await streams.createWithHttpInfo({ uniqueName: 'chat/é', ttl: 60 });

    const url = `${SERVER_URL}/v1/Services/${service.sid}/Streams/${created.sid}`;
    assert.equal(statusCode, 201);
    assert.match(created.sid, /^TO[0-9a-f]{32}$/);
    expect.assertHas(created, {
      uniqueName: 'chat/é',
      accountSid: ACCOUNT_SID,
      serviceSid: service.sid,
      createdBy: 'system',
      dateUpdated: created.dateCreated,
      url,
      links: { messages: `${url}/Messages` },
    });
    assert.ok(Math.abs(created.dateExpires - created.dateCreated - 60_000) <= 1000);
  });

  it('is fetched by its SID and by its name', async () => {
    const created = await streams.create({ uniqueName: 'a name é' });

    expect.assertHas(created, { dateExpires: null });
    expect.assertSame(await streams(created.sid).fetch(), created);
    expect.assertSame(await streams('a name é').fetch(), created);
  });

  it('gets another time to live', async () => {
    const { sid } = await streams.create({ uniqueName: 'lasting', ttl: 60 });

    const updated = await streams('lasting').update({ ttl: 0 });

    expect.assertHas(updated, { sid, dateExpires: null });
    expect.assertSame(await streams(sid).fetch(), updated);
  });

  it('is gone once it is deleted', async () => {
    const { sid } = await streams.create({ uniqueName: 'gone' });

    assert.equal(await streams(sid).remove(), true);

    await expect.assertFails(streams(sid).fetch(), 404, 20404);
    await expect.assertFails(streams('gone').update({ ttl: 1 }), 404, 20404);
    await expect.assertFails(streams('gone').remove(), 404, 20404);
    await expect.assertFails(streams('gone').streamMessages.create({ data: DATA }), 404, 20404);
    assert.notEqual((await streams.create({ uniqueName: 'gone' })).sid, sid);
  });

  it('is refused with Twilio’s codes', async () => {
    await streams.create({ uniqueName: 'taken' });

    await expect.assertFails(services(`IS${'0'.repeat(32)}`).syncStreams.create(), 404, 20404);
    await expect.assertFails(streams.create({ uniqueName: 'taken' }), 409, 54301);
    await expect.assertFails(streams.create({ uniqueName: `TO${'0'.repeat(32)}` }), 400, 54302);
    await expect.assertFails(streams.create({ ttl: 31_536_001 }), 400, 54011);
    await expect.assertFails(streams('taken').update(), 400, 54010);
  });

  it('is listed once, however many there are', async () => {
    const list = services((await services.create()).sid).syncStreams;

    await expect.assertHoldsWhatIsCreated(
      list,
      async (number) => (await list.create({ uniqueName: `number ${number}` })).sid,
      ({ sid }) => sid,
    );
  });
});

describe('a message', () => {
  it('is answered with its SID and its data, and leaves its Stream as it is', async () => {
    const stream = await streams.create({ uniqueName: 'chat' });

    const first = await streams('chat').streamMessages.createWithHttpInfo({ data: DATA });
    const second = await streams(stream.sid).streamMessages.create({ data: {} });

    assert.equal(first.statusCode, 201);
    assert.match(first.body.sid, /^TZ[0-9a-f]{32}$/);
    assert.deepEqual(first.body.data, DATA);
    assert.deepEqual(second.data, {});
    assert.notEqual(second.sid, first.body.sid);
    expect.assertSame(await streams('chat').fetch(), stream);
  });

  it('is refused with Twilio’s codes', async () => {
    const { sid } = await streams.create();
    const messages = streams(sid).streamMessages;

    await expect.assertFails(streams('unknown').streamMessages.create({ data: DATA }), 404, 20404);
    await expect.assertFails(messages.create({ data: [1] }), 400, 54251);
    await expect.assertFails(messages.create({ data: '{' }), 400, 54008);
    await expect.assertFails(messages.create({ data: { a: 'x'.repeat(4_096) } }), 413, 54006);
  });
});
