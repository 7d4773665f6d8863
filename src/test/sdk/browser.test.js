'use strict';

// The example page, in a browser, against the server on another origin.

const assert = require('node:assert/strict');
const { readFile } = require('node:fs/promises');
const http = require('node:http');
const path = require('node:path');
const { after, before, it } = require('node:test');
const puppeteer = require('puppeteer-core');
const { SERVER_URL, rest, token, unused, until } = require('./lockstep');

// The tests are run in a directory of target.
const PAGE = path.join(__dirname, '..', '..', 'examples', 'two-tabs', 'index.html');
const SDK_SCRIPT = path.join(__dirname, 'node_modules', 'twilio-sync', 'builds', 'twilio-sync.min.js');

let browser;
let pages;

before(async () => {
  pages = http.createServer(async (request, response) => {
    const script = request.url.endsWith('.js');
    response.setHeader('Content-Type', script ? 'text/javascript' : 'text/html');
    response.end(await readFile(script ? SDK_SCRIPT : PAGE));
  });
  await new Promise((resolve) => pages.listen(0, '127.0.0.1', resolve));
  browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
});

after(async () => {
  await browser?.close();
  pages.close();
});

/** With access control, every right on what the page shows; whoever asks first has made it. */
async function grant(identity) {
  if (process.env.ACCESS_CONTROL === 'on') {
    for (const path of ['/Documents', '/Lists']) {
      await rest('POST', path, { UniqueName: 'two-tabs' }).catch((error) => assert.match(error.message, /54301/));
      const rights = { Read: true, Write: true, Manage: true };
      await rest('POST', `${path}/two-tabs/Permissions/${identity}`, rights);
    }
  }
}

/** A tab that shows the example, and what it asks the server for. */
async function open(identity = unused('identity')) {
  const tab = await browser.newPage();
  tab.asked = [];
  const devTools = await tab.createCDPSession();
  await devTools.send('Network.enable');
  devTools.on('Network.webSocketFrameSent', ({ response }) => {
    tab.asked.push(Buffer.from(response.payloadData, 'base64').toString());
  });
  await grant(identity);
  tab.address = `http://127.0.0.1:${pages.address().port}/#token=${token(identity)}&server=${SERVER_URL}`;
  await tab.goto(tab.address);
  await shows(tab, 'state', 'connected');
  await until(async () => (await text(tab, 'count')) !== '–', 'the counter');
  return tab;
}

/** As a user does, but also in a tab that is not in front. */
function click(tab, selector) {
  return tab.$eval(selector, (element) => element.click());
}

async function add(tab, words) {
  await tab.$eval('#text', (element, value) => { element.value = value; }, words);
  await click(tab, 'form button');
}

function text(tab, id) {
  return tab.$eval(`#${id}`, (element) => element.textContent);
}

async function shows(tab, id, expected) {
  await until(async () => (await text(tab, id)).includes(expected), `#${id} with ${expected}`);
}

it('two tabs on another origin stay in step', async () => {
  const [one, other] = [await open(), await open()];

  await click(one, '#more');
  await click(other, '#more');
  await shows(one, 'count', '2');
  await shows(other, 'count', '2');
  await add(one, 'Write a test');
  await shows(other, 'items', 'Write a test');
  await add(other, 'See it pass');
  await shows(one, 'items', 'See it pass');
  await one.bringToFront();
  await one.screenshot({ path: path.join(__dirname, 'two-tabs.png') });
  await click(other, 'li button');
  await until(async () => !(await text(one, 'items')).includes('Write a test'), 'the removal');
  await Promise.all([one.close(), other.close()]);
});

it('a page that comes back takes what it had from its session and catches up', async () => {
  const tab = await open();
  await tab.goto('about:blank');
  await rest('POST', '/Documents/two-tabs', { Data: '{"count":77}' });
  tab.asked.length = 0;

  await tab.goto(tab.address);

  await shows(tab, 'count', '77');
  assert.equal(tab.asked.filter((packet) => /"path":"\/v3\/Documents/.test(packet)).length, 0);
  assert.ok(tab.asked.some((packet) => packet.includes('"action":"establish"')));
  await tab.close();
});

it('a browser that was offline catches up when it is online', async () => {
  const tab = await open();
  await tab.setOfflineMode(true);
  await until(async () => (await text(tab, 'state')) !== 'connected', 'the loss');
  await rest('POST', '/Documents/two-tabs', { Data: '{"count":99}' });
  await tab.setOfflineMode(false);

  await shows(tab, 'state', 'connected');
  await shows(tab, 'count', '99');
  await tab.close();
});
