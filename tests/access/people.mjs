// Everybody who may come: four roles of two tenants, a suspended tenant, four kinds of staff,
// a visitor. Made the way real people come in: commands, forms and the links in their mail.
import {execFileSync} from 'node:child_process';
import {Visitor} from './visitor.mjs';

export const tenantRoles = ['owner', 'admin', 'agent', 'viewer'];
export const staffRoles = ['super_admin', 'support_admin', 'finance_admin', 'read_only'];
export const personPassword = 'a long sentence nobody guesses 7';
const password = personPassword;

export function command(server, ...words) {
  return execFileSync(server.program, [...words, '--config', server.config, '--data', server.data],
    {env: {...process.env, ...server.environment}, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});
}

export async function staffMember(server, role) {
  const email = `${role.replace('_', '-')}@staff.example`;
  const printed = command(server, 'staff', 'create', '--email', email, '--role', role);
  const visitor = new Visitor(server);
  const answer = await visitor.submit('admin', '/login', '/login', {email, password: /password: (\S+)/.exec(printed)[1]});
  if (answer.status !== 303) throw new Error(`${role} could not sign in: ${answer.status}`);
  return {name: role, site: 'admin', role, visitor};
}

// The newest link to a page of the app that was mailed to somebody.
export async function mailedLink(staff, address, page) {
  for (let tries = 0; tries < 50; tries += 1) {
    const list = await staff.visitor.get('admin', `/mailbox?q=${encodeURIComponent(address)}`);
    for (const [, id] of list.text.matchAll(/href="\/mailbox\/([0-9a-f-]{36})"/g)) {
      const mail = await staff.visitor.get('admin', `/mailbox/${id}`);
      const link = new RegExp(`http[^\\s"<&]*(${page}[^\\s"<&]*)`).exec(mail.text);
      if (link && mail.text.includes(address)) return link[1];
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no mail to ${address} with a link to ${page}`);
}

async function signIn(server, email) {
  const visitor = new Visitor(server);
  const answer = await visitor.submit('app', '/login', '/login', {email, password});
  if (answer.status !== 303) throw new Error(`${email} could not sign in: ${answer.status} ${answer.code}`);
  return visitor;
}

async function tenantOwner(server, superAdmin, name) {
  const email = `owner@${name}.example`;
  const {id} = JSON.parse(command(server, 'tenants', 'create', '--name', name, '--email', email, '--country', 'LK', '--json'));
  const link = await mailedLink(superAdmin, email, '/reset');
  const action = link.split('?')[0];
  const visitor = new Visitor(server);
  const token = await visitor.tokenOf('app', link);
  const fields = {password, password_again: password, csrf_token: token};
  for (const [key, value] of new URLSearchParams(link.split('?')[1] ?? '')) fields[key] = value;
  const answer = await visitor.request('app', 'POST', action, {form: fields});
  if (answer.status !== 303) throw new Error(`${email} could not choose a password: ${answer.status} ${answer.text.slice(0, 300)}`);
  return {name: `${name} owner`, site: 'app', role: 'owner', tenant: id, email, visitor: await signIn(server, email)};
}

async function member(server, superAdmin, owner, tenantName, role) {
  const email = `${role}@${tenantName}.example`;
  const invited = await owner.visitor.submit('app', '/team', '/team/invite', {email, role});
  if (invited.status !== 303) throw new Error(`${email} could not be invited: ${invited.status}`);
  const link = await mailedLink(superAdmin, email, '/invite/');
  const visitor = new Visitor(server);
  const joined = await visitor.submit('app', link, link, {name: `${role} of ${tenantName}`, password});
  if (joined.status !== 303) throw new Error(`${email} could not join: ${joined.status}`);
  return {name: `${tenantName} ${role}`, site: 'app', role, tenant: owner.tenant, email, visitor: await signIn(server, email)};
}

// {staff, ours, theirs, demonstration, suspended, visitor}: `ours` is a list of four, `theirs` the other tenant's.
export async function everybody(server) {
  const staff = [];
  for (const role of staffRoles) staff.push(await staffMember(server, role));
  const superAdmin = staff[0];

  const tenant = async (name, roles) => {
    const owner = await tenantOwner(server, superAdmin, name);
    const all = [owner];
    for (const role of roles) all.push(await member(server, superAdmin, owner, name, role));
    return all;
  };
  const ours = await tenant('ours', ['admin', 'agent', 'viewer']);
  const theirs = await tenant('theirs', ['admin', 'agent', 'viewer']);
  const closed = await tenant('closed', []);
  const page = `/tenants/${closed[0].tenant}`;
  const suspended = await superAdmin.visitor.submit('admin', page, `${page}/suspend`, {reason: 'test of access'});
  if (suspended.status !== 303) throw new Error(`the tenant could not be suspended: ${suspended.status}`);
  // Somebody of the demonstration, whose tenant has invoices, one of them open.
  const invoiced = new Visitor(server);
  const entered = await invoiced.submit('app', '/login', '/login', {email: 'omar@dune.example', password: 'demonstration only'});
  if (entered.status !== 303) throw new Error(`nobody of the demonstration could sign in: ${entered.status}`);
  const demonstration = {name: 'owner of the demonstration', site: 'app', role: 'owner', visitor: invoiced};
  return {staff, ours, theirs, demonstration, suspended: {...closed[0], name: 'owner of a suspended tenant', suspended: true},
    visitor: {name: 'visitor', visitor: new Visitor(server)}};
}
