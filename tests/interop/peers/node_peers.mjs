// The Node parsers of the consensus test, one a process: node_peers.mjs PEER. protocol.py tells the protocol.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pathToFileURL } from "node:url";

// The packages lie in a build folder, from which resolution must start.
const require = createRequire(join(process.env.INTEROP_NODE_MODULES ?? process.cwd(), "peers.cjs"));
const load = async (name) => import(pathToFileURL(require.resolve(name)));

const base64 = (s) => Buffer.from(s, Buffer.isBuffer(s) ? undefined : "utf8").toString("base64");
const part = (name, filename, data) => ({
  name: name == null ? null : base64(name),
  filename: filename == null ? null : base64(filename),
  sha256: createHash("sha256").update(data).digest("hex"),
  size: data.length,
});
// For parsers that give each byte of a name as one character.
const bytes = (name) => name && Buffer.from(name, "latin1");
const whole = async (stream) => {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
};
const must_be_a_form = (type) => {
  if (!/^multipart\/form-data/i.test(type)) throw new Error("no form");
};
const boundary_of = (type) => {
  must_be_a_form(type);
  const found = /boundary=(?:"([^"]+)"|([^;]+))/i.exec(type);
  if (!found) throw new Error("no boundary");
  return found[1] ?? found[2];
};

// busboy's default for names is Latin-1; its users (multer with defParamCharset, fastify) set UTF-8.
const busboy_like = (make) => (type, body) => new Promise((resolve, reject) => {
  const parts = [];
  must_be_a_form(type);
  const parser = make({ headers: { "content-type": type }, defParamCharset: "utf8" });
  const add = (place, name, filename, data) => { parts[place] = part(name, filename, data); };
  let count = 0;
  const waiting = [];
  parser.on("file", (name, stream, info) => {
    const place = count++;
    const filename = typeof info === "object" ? info.filename : info;
    stream.on("limit", () => reject(new Error("limit")));
    waiting.push(whole(stream).then((data) => add(place, name, filename ?? "", data)));
  });
  parser.on("field", (name, value, info) => {
    if (info === true || info?.nameTruncated || info?.valueTruncated) reject(new Error("truncated"));
    add(count++, name, null, Buffer.from(value, "utf8"));
  });
  for (const limit of ["partsLimit", "filesLimit", "fieldsLimit"]) parser.on(limit, () => reject(new Error(limit)));
  parser.on("error", reject);
  parser.on(make.finished ?? "close", () => Promise.all(waiting).then(() => resolve(parts), reject));
  parser.end(body);
});

const form_data = async (form) => {
  const parts = [];
  for (const [name, value] of form.entries()) {
    if (typeof value === "string") parts.push(part(name, null, Buffer.from(value, "utf8")));
    else parts.push(part(name, value.name, Buffer.from(await value.arrayBuffer())));
  }
  return parts;
};

const request_like = (type, body) =>
  Object.assign(Readable.from([body]), { headers: { "content-type": type, "content-length": String(body.length) } });

const peers = {
  async busboy() {
    const make = (await load("busboy")).default;
    return busboy_like((options) => make(options));
  },
  async fastify_busboy() {
    const { default: Busboy } = await load("@fastify/busboy");
    const make = (options) => new Busboy(options);
    make.finished = "finish";
    return busboy_like(make);
  },
  async formidable() {
    const { formidable, multipart, errors } = await load("formidable");
    return (type, body) => new Promise((resolve, reject) => {
      must_be_a_form(type);
      const form = formidable({ enabledPlugins: [multipart], allowEmptyFiles: true, minFileSize: 0 });
      const parts = [];
      let count = 0;
      form.onPart = (p) => {
        const place = count++;
        const pieces = [];
        p.on("data", (piece) => pieces.push(piece));
        // As formidable itself: a part with neither a file name nor a type is a field.
        p.on("end", () => { parts[place] = part(p.name, p.originalFilename, Buffer.concat(pieces)); });
      };
      form.on("error", reject);
      form.on("end", () => setImmediate(() => resolve(parts)));
      form.parse(request_like(type, body), (why) => why && reject(why));
    });
  },
  async multiparty() {
    const { default: multiparty } = await load("multiparty");
    return (type, body) => new Promise((resolve, reject) => {
      must_be_a_form(type);
      const form = new multiparty.Form();
      const parts = [];
      let count = 0;
      const waiting = [];
      form.on("part", (p) => {
        const place = count++;
        p.on("error", reject);
        waiting.push(whole(p).then((data) => { parts[place] = part(p.name, p.filename, data); }));
      });
      form.on("error", reject);
      form.on("close", () => Promise.all(waiting).then(() => resolve(parts), reject));
      form.parse(request_like(type, body));
    });
  },
  async undici() {
    const { Response } = await load("undici");
    return async (type, body) => {
      must_be_a_form(type);
      return form_data(await new Response(body, { headers: { "content-type": type } }).formData());
    };
  },
  async node_fetch() {
    const { Response } = await load("node-fetch");
    return async (type, body) => {
      must_be_a_form(type);
      return form_data(await new Response(body, { headers: { "content-type": type } }).formData());
    };
  },
  async hapi_pez() {
    const { default: pez } = await load("@hapi/pez");
    const { default: content } = await load("@hapi/content");
    return (type, body) => new Promise((resolve, reject) => {
      must_be_a_form(type);
      const form = new pez.Dispenser({ boundary: content.type(type).boundary });
      const parts = [];
      form.on("part", (p) => {
        const place = parts.push(null) - 1;
        parts[place] = whole(p).then((data) => part(p.name, p.filename, data));
      });
      form.on("field", (name, value) => parts.push(part(name, null, Buffer.from(value, "utf8"))));
      form.once("error", reject);
      form.once("close", () => resolve(Promise.all(parts)));
      form.end(body);
    });
  },
  async parse_multipart_data() {
    const { default: module } = await load("parse-multipart-data");
    return async (type, body) => {
      must_be_a_form(type);
      if (boundary_of(type).includes("=")) throw new Error("= in the boundary");  // see normalise.SET_ASIDE
      return module.parse(body, module.getBoundary(type)).map((p) => part(bytes(p.name), bytes(p.filename), p.data));
    };
  },
  async mjackson() {
    const { parseMultipartRequest } = await load("@mjackson/multipart-parser");
    return async (type, body) => {
      must_be_a_form(type);
      const parts = [];
      const request = new Request("http://x/", { method: "POST", body, headers: { "content-type": type } });
      for await (const p of parseMultipartRequest(request)) parts.push(part(p.name, p.filename, Buffer.from(p.bytes)));
      return parts;
    };
  },
  async ssttevee() {
    const { parseMultipart } = await load("@ssttevee/multipart-parser");
    return async (type, body) => {
      const parts = await parseMultipart(new Blob([body]).stream(), boundary_of(type));
      return parts.map((p) => part(bytes(p.name), bytes(p.filename), Buffer.from(p.data)));
    };
  },
};

if (process.argv[2] === "--list") {
  console.log(Object.keys(peers).join(" "));
  process.exit(0);
}
const read = await peers[process.argv[2]]();
// A parser that throws out of an event, or never answers, refuses.
let escape = null;
process.on("uncaughtException", (why) => escape?.(why));
process.on("unhandledRejection", (why) => escape?.(why));
process.stdout.write("{}\n");
for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const [type, body] = line.split(" ").map((s) => Buffer.from(s, "base64"));
  let answer;
  let timer;
  try {
    const escaped = new Promise((_, reject) => {
      escape = reject;
      timer = setTimeout(() => reject(new Error("no answer")), 200);
    });
    const parts = await Promise.race([read(type.toString("latin1"), body), escaped]);
    if (parts.includes(null) || Object.keys(parts).length !== parts.length) throw new Error("an unfinished part");
    answer = { accepted: true, parts };
  } catch (why) {
    answer = { accepted: false, error: String(why).slice(0, 80) };
  }
  clearTimeout(timer);
  process.stdout.write(JSON.stringify(answer) + "\n");
}
process.exit(0);
