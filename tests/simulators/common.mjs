// What both simulators share: reading requests, faults on command, bringing notices.
import {createServer} from 'node:http';

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export function parseForm(text) {
  const root = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const keys = name.replaceAll(']', '').split('[');
    let at = root;
    keys.forEach((key, i) => {
      if (['__proto__', 'constructor', 'prototype'].includes(key)) return;
      if (i === keys.length - 1) at[key] = value;
      else at = at[key] = typeof at[key] === 'object' ? at[key] : {};
    });
  }
  return root;
}

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

// `handle({method, path, query, headers, text})` answers {status, json | html | location, headers}.
// `sign(body)` gives the headers of a notice.
export class Simulator {
  faults = [];
  notices = 'once';
  requests = [];
  sent = [];
  held = [];

  constructor({handle, act, sign, notify}) {
    Object.assign(this, {handle, act, sign, notify});
    this.server = createServer((request, response) => this.serve(request, response).catch((error) => {
      response.writeHead(599).end(String(error.stack));
    }));
  }

  async listen(port = 0) {
    await new Promise((resolve) => this.server.listen(port, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  // The first fault that fits the path; it wears off after `times`.
  takeFault(path) {
    const fault = this.faults.find((each) => path.startsWith(each.path ?? '/') && (each.times ?? 1) > 0);
    if (fault) fault.times = (fault.times ?? 1) - 1;
    return fault;
  }

  async serve(request, response) {
    const url = new URL(request.url, 'http://simulator');
    const text = await bodyOf(request);
    if (url.pathname === '/_control') return this.control(request, response, text);
    const asked = {method: request.method, path: url.pathname, query: url.searchParams, headers: request.headers, text};
    this.requests.push({method: asked.method, path: asked.path + url.search, headers: asked.headers, body: text});
    const fault = this.takeFault(url.pathname);
    if (fault?.kind === 'timeout_before') return;
    if (fault?.kind === 'error_500') return response.writeHead(500, {'content-type': 'text/html'}).end('<html>Internal error</html>');
    if (fault?.kind === 'rate_limited') return response.writeHead(429, {'content-type': 'application/json', 'retry-after': '1'}).end('{"error":{"type":"invalid_request_error","code":"rate_limit"}}');
    const answer = await this.handle(asked);
    if (fault?.kind === 'timeout_after') return;
    if (fault?.kind === 'slow') await sleep(fault.ms ?? 1000);
    const headers = {...answer.headers};
    let body = '';
    if (answer.json !== undefined) {
      headers['content-type'] = 'application/json';
      body = JSON.stringify(answer.json);
    } else if (answer.html !== undefined) {
      headers['content-type'] = 'text/html; charset=utf-8';
      body = answer.html;
    }
    if (answer.location) headers.location = answer.location;
    if (fault?.kind === 'truncated') {
      response.writeHead(answer.status ?? 200, {...headers, 'content-length': Buffer.byteLength(body)});
      response.write(body.slice(0, Math.floor(body.length / 2)));
      return setTimeout(() => response.destroy(), 50);
    }
    response.writeHead(answer.status ?? 200, headers).end(body);
  }

  async control(request, response, text) {
    let result = {};
    if (request.method === 'POST') {
      const wanted = JSON.parse(text || '{}');
      if (wanted.faults) this.faults = wanted.faults;
      if (wanted.notices) this.notices = wanted.notices;
      if (wanted.notify) this.notify = wanted.notify;
      if (wanted.forget) this.requests = [];
      if (wanted.do) result = await this.act(wanted.do);
      if (wanted.release) await this.release();
    } else {
      result = {requests: this.requests, sent: this.sent, held: this.held.length};
    }
    response.writeHead(200, {'content-type': 'application/json'}).end(JSON.stringify(result ?? {}));
  }

  // Brings a notice as `notices` says; `address` where the notice names its own.
  async bring(body, address = this.notify) {
    if (this.notices === 'late' || this.notices === 'reversed') {
      this.held.push([body, address]);
      return;
    }
    if (this.notices === 'lost') return;
    for (let i = 0; i < (this.notices === 'duplicate' ? 2 : 1); i += 1) await this.post(body, address);
  }

  async release() {
    const waiting = this.notices === 'reversed' ? this.held.reverse() : this.held;
    this.held = [];
    for (const [body, address] of waiting) await this.post(body, address);
  }

  async post(body, address) {
    const headers = this.sign(body, this.notices === 'forged');
    const sent = {body, headers, address, status: 0};
    this.sent.push(sent);
    if (!address) return;
    try {
      sent.status = (await fetch(address, {method: 'POST', headers, body})).status;
    } catch {
      sent.status = -1; // nobody listens; a provider would try again later
    }
  }
}

export function readArguments(defaults) {
  const values = {...defaults};
  for (let i = 2; i + 1 < process.argv.length; i += 2) values[process.argv[i].replace(/^--/, '').replaceAll('-', '_')] = process.argv[i + 1];
  return values;
}

export const escapeHtml = (text) => String(text).replaceAll(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
