// A mail server that behaves as the recipients' names ask:
//   later@…   is refused for now, the first time       never@…  does not exist
//   slow@…    is answered late                         silent@… is taken, and not answered the first time
// Prints "listening PORT", then one line of JSON for each mail that it took.
import { readFileSync } from "node:fs";
import { SMTPServer } from "smtp-server";

const options = JSON.parse(process.argv[2]);
const seen = new Map();
const first = (name) => !seen.has(name) && seen.set(name, true);
const answer = (code, text) => Object.assign(new Error(text), { responseCode: code });

const server = new SMTPServer({
  secure: options.secure ?? false,
  key: options.key && readFileSync(options.key),
  cert: options.cert && readFileSync(options.cert),
  disabledCommands: options.starttls ? [] : ["STARTTLS"],
  authOptional: !options.user,
  allowInsecureAuth: true,
  authMethods: options.methods ?? ["PLAIN", "LOGIN"],
  logger: false,
  onAuth(auth, session, callback) {
    if (auth.username === options.user && auth.password === options.password) callback(null, { user: auth.username });
    else callback(answer(535, "wrong user or password"));
  },
  onRcptTo(address, session, callback) {
    const name = address.address.split("@")[0];
    if (name === "never") return callback(answer(550, "nobody here"));
    if (name === "later" && first(address.address)) return callback(answer(450, "busy, try later"));
    callback();
  },
  onData(stream, session, callback) {
    const pieces = [];
    stream.on("data", (piece) => pieces.push(piece));
    stream.on("end", () => {
      const to = session.envelope.rcptTo.map((recipient) => recipient.address);
      console.log(JSON.stringify({
        from: session.envelope.mailFrom.address, to, user: session.user ?? null, secure: session.secure,
        tls: session.tlsOptions?.version ?? null, mail: Buffer.concat(pieces).toString("utf8"),
      }));
      const names = to.map((address) => address.split("@")[0]);
      if (names.includes("silent") && first("silent")) return server.connections.forEach((each) => each._socket.destroy());
      setTimeout(callback, names.includes("slow") ? 1500 : 0);
    });
  },
});
server.on("error", () => {});
server.listen(options.port ?? 0, "127.0.0.1", () => console.log("listening", server.server.address().port));
