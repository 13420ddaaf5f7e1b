// What people notice when something beside the server goes away: nothing, or little.
import {execFileSync, spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from '../browser/suite.mjs';
import {freePort} from '../browser/net.mjs';
import {root, startServer} from '../browser/server.mjs';
import {command, personPassword} from './people.mjs';
import {Visitor} from './visitor.mjs';

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function until(what, sentence, seconds = 30) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await pause(200)) if (await what()) return;
  throw new Error(sentence);
}

async function startRedis(port) {
  const child = spawn('redis-server', ['--port', String(port), '--save', '', '--appendonly', 'no', '--bind', '127.0.0.1'], {stdio: 'ignore'});
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const ping = () => {
    try {
      return execFileSync('redis-cli', ['-p', String(port), 'ping'], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']}).startsWith('PONG');
    } catch {
      return false;
    }
  };
  await until(async () => ping(), 'redis-server did not start');
  return {async stop() { child.kill('SIGKILL'); await ended; }};
}

async function staffAt(server) {
  const printed = command(server, 'staff', 'create', '--email', `staff${Date.now()}@faults.example`, '--role', 'super_admin');
  const visitor = new Visitor(server);
  const email = /staff\d+@faults\.example/.exec(printed)[0];
  const signIn = () => visitor.submit('admin', '/login', '/login', {email, password: /password: (\S+)/.exec(printed)[1]});
  const answer = await signIn();
  expect(answer.status === 303, `staff could not sign in: ${answer.status}`);
  return {visitor, signIn};
}

export function faultTests() {
  test('Redis goes away and comes back: nobody is signed out, and people still come in', async () => {
    const port = await freePort();
    let redis = await startRedis(port);
    const server = await startServer({WHATSFLOW__REDIS__URL: `redis://127.0.0.1:${port}/0`, WHATSFLOW__HTTP__RATE_LIMITS__PAGES: '0'});
    try {
      const before = await staffAt(server);
      const signedIn = async (visitor) => (await visitor.get('admin', '/account')).status === 200;
      expect(await signedIn(before.visitor), 'with Redis the session is not known');
      await redis.stop();
      for (let i = 0; i < 20; i += 1) expect(await signedIn(before.visitor), `without Redis, request ${i + 1} was signed out`);
      const during = await staffAt(server);
      expect(await signedIn(during.visitor), 'without Redis nobody can sign in');
      expect((await during.visitor.submit('admin', '/account', '/logout', {})).status === 303, 'without Redis nobody can sign out');
      expect(!(await signedIn(during.visitor)), 'who signed out without Redis is still in');
      redis = await startRedis(port);
      await pause(1500);
      expect(await signedIn(before.visitor), 'when Redis came back the session was gone');
    } finally {
      await redis.stop();
      await server.stop();
    }
  });

  test('the mail server is down: a sign-up works, and its mail goes out once when it is back', async () => {
    const folder = join(root, 'tests/integration/mail');
    if (!existsSync(join(folder, 'node_modules'))) execFileSync('npm', ['ci', '--silent', '--no-audit', '--no-fund'], {cwd: folder, stdio: 'ignore'});
    const port = await freePort();
    const server = await startServer({WHATSFLOW__MAIL__TRANSPORT: 'smtp', WHATSFLOW__MAIL__SMTP_URL: `smtp://127.0.0.1:${port}`, WHATSFLOW__HTTP__RATE_LIMITS__PAGES: '0'});
    let mails = '';
    let smtp;
    try {
      const visitor = new Visitor(server);
      const answer = await visitor.submit('app', '/signup', '/signup', {name: 'Nadia Silva', company: 'Hill Tea', email: 'nadia@waiting.example', password: personPassword, country: 'LK'});
      expect(answer.status === 303, `the sign-up answered ${answer.status}`);
      const staff = await staffAt(server);
      await until(async () => (await staff.visitor.get('admin', '/mailbox?q=nadia')).text.includes('nadia@waiting.example'), 'the mail is not kept');
      smtp = spawn('node', ['server.mjs', JSON.stringify({port})], {cwd: folder, stdio: ['ignore', 'pipe', 'ignore']});
      smtp.stdout.on('data', (piece) => { mails += piece; });
      await until(async () => mails.includes('nadia@waiting.example'), 'the mail did not go out when the server was back', 90);
      await pause(3000);
      expect(mails.split('"to":["nadia@waiting.example"]').length === 2, 'the mail went out more than once');
    } finally {
      smtp?.kill('SIGKILL');
      await server.stop();
    }
  });
}
