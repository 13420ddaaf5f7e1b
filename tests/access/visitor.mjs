// A browser without a screen: cookies of each site, forms with their tokens, no redirects followed.
export class Visitor {
  constructor(server) {
    this.server = server;
    this.jars = {};
  }

  cookieHeader(site) {
    return Object.entries(this.jars[site] ?? {}).map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async request(site, method, path, {form, headers = {}, body} = {}) {
    const sent = {...headers};
    const cookies = this.cookieHeader(site);
    if (cookies) sent.cookie = cookies;
    if (form) {
      body = new URLSearchParams(form).toString();
      sent['content-type'] = 'application/x-www-form-urlencoded';
    }
    const response = await fetch(this.server.url(site) + path, {method, headers: sent, body, redirect: 'manual'});
    for (const line of response.headers.getSetCookie()) this.keep(site, line);
    const type = response.headers.get('content-type') ?? '';
    const text = await response.text();
    let code = '';
    if (type.startsWith('application/problem+json')) code = JSON.parse(text).code;
    return {status: response.status, headers: response.headers, location: response.headers.get('location'), text, code};
  }

  keep(site, line) {
    const [pair, ...attributes] = line.split('; ');
    const at = pair.indexOf('=');
    const jar = (this.jars[site] ??= {});
    if (attributes.includes('Max-Age=0')) delete jar[pair.slice(0, at)];
    else jar[pair.slice(0, at)] = pair.slice(at + 1);
  }

  get(site, path, options) {
    return this.request(site, 'GET', path, options);
  }

  // The token of the forms of a page, which must be reachable.
  async tokenOf(site, path) {
    const page = await this.get(site, path);
    const found = /name="csrf_token"[^>]*value="([^"]+)"/.exec(page.text);
    if (!found) throw new Error(`${path} answered ${page.status} and has no form`);
    return found[1];
  }

  // Sends a form as the page that shows it would.
  async submit(site, page, action, fields) {
    const token = await this.tokenOf(site, page);
    return this.request(site, 'POST', action, {form: {...fields, csrf_token: token}});
  }
}
