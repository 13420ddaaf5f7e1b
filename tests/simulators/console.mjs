// Talks to provider_console: a built payment plugin at the end of a pipe.
import {spawn} from 'node:child_process';
import {createInterface} from 'node:readline';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

const build = join(fileURLToPath(new URL('../..', import.meta.url)), process.env.WHATSFLOW_BUILD ?? 'build/dev');

export class Console {
  constructor(plugin, settings) {
    this.child = spawn(join(build, 'bin/provider_console'), [join(build, 'plugins', plugin), JSON.stringify(settings)], {stdio: ['pipe', 'pipe', 'inherit']});
    this.ended = new Promise((resolve) => this.child.on('exit', resolve));
    this.waiting = [];
    createInterface({input: this.child.stdout}).on('line', (line) => this.waiting.shift()?.resolve(JSON.parse(line)));
    this.child.on('exit', (code) => this.waiting.splice(0).forEach(({reject}) => reject(new Error(`provider_console ended with ${code}`))));
  }
  ask(call, more = {}) {
    return new Promise((resolve, reject) => {
      this.waiting.push({resolve, reject});
      this.child.stdin.write(`${JSON.stringify({call, ...more})}\n`);
    });
  }
  stop() {
    this.child.stdin.end();
    return this.ended;
  }
}
