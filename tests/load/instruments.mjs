// What every measurement uses: rows of the table, the load generator, medians, memory.
import {execFileSync, spawn} from 'node:child_process';
import {readFileSync} from 'node:fs';

export const rows = [];

export function row(what, measured, hold = '', holds = undefined) {
  rows.push({what, measured, hold, holds: holds === undefined ? '' : holds ? 'yes' : '**no**'});
  console.log(`${what}: ${measured} ${hold}`);
}

export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
export const perSecond = (value) => `${Math.round(value).toLocaleString('en')}/s`;

export function residentMiB(pid) {
  return Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]) / 1024;
}

// Memory twice a second, also while wrk holds this program up; stop() ends it. `samples` are {at, mib}.
export function watchMemory(pid) {
  const look = `while kill -0 ${pid}; do echo $(date +%s%3N) $(awk '/VmRSS/ {print $2}' /proc/${pid}/status); sleep 0.5; done`;
  const child = spawn('sh', ['-c', look], {stdio: ['ignore', 'pipe', 'ignore']});
  const samples = [];
  let begun = '';
  child.stdout.on('data', (text) => {
    const lines = (begun + text).split('\n');
    begun = lines.pop();
    for (const [at, kib] of lines.map((line) => line.split(' ').map(Number))) if (kib > 0) samples.push({at, mib: kib / 1024});
  });
  return {samples, stop: () => child.kill('SIGTERM')};
}

// What a process has computed so far, in milliseconds: the same on a busy machine and an idle one.
export function computedMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

const milliseconds = {us: 0.001, ms: 1, s: 1000};

// Requests a second and the 99th percentile in milliseconds, at 32 connections. `refused` is how many were not
// answered with 2xx or 3xx; unless `mayRefuse`, there must be none.
export function wrk(url, {seconds = 4, headers = {}, script = undefined, mayRefuse = false} = {}) {
  const sent = Object.entries({'Accept-Encoding': 'br, gzip', ...headers}).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const out = execFileSync('wrk', ['-t1', '-c32', '--timeout', '20s', `-d${seconds}s`, '--latency', ...(script ? ['-s', script] : []), ...sent, url]).toString();
  const errors = out.match(/Non-2xx or 3xx responses: (\d+)/) || out.match(/Socket errors: .*/);
  if (errors && !(mayRefuse && errors[1])) throw new Error(`${url}: ${errors[0]}`);
  const [, tail, unit] = out.match(/99%\s+([\d.]+)(us|ms|s)/);
  return {rate: Number(out.match(/Requests\/sec:\s+([\d.]+)/)[1]), requests: Number(out.match(/(\d+) requests in/)[1]), p99: Number(tail) * milliseconds[unit], refused: Number(errors?.[1] ?? 0)};
}

// One request after another; milliseconds, median of `times`.
export async function latency(ask, times = 9) {
  const taken = [];
  for (let i = 0; i < times; i += 1) {
    const begun = performance.now();
    await ask();
    taken.push(performance.now() - begun);
  }
  return median(taken);
}

// The results of a program of Google Benchmark.
export function benchmarks(program, filter = '.', environment = {}) {
  const out = execFileSync(program, ['--benchmark_format=json', `--benchmark_filter=${filter}`, '--benchmark_min_time=1'],
    {stdio: ['ignore', 'pipe', 'ignore'], env: {...process.env, ...environment}, maxBuffer: 1 << 26});
  return JSON.parse(out).benchmarks;
}
