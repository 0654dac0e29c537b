// Reads a WARC file with warcio and holds every digest against the bytes. The file is named as the first argument.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { WARCParser } from "warcio";

const sha256 = async (record) => {
  const h = createHash("sha256");
  for await (const chunk of record) h.update(chunk);
  return "sha256:" + h.digest("hex");
};

const blocks = [];
for await (const r of new WARCParser(createReadStream(process.argv[2]), { parseHttp: false })) {
  blocks.push((await sha256(r)) === r.warcHeader("WARC-Block-Digest"));
}
let n = 0;
for await (const r of new WARCParser(createReadStream(process.argv[2]))) {
  const digest = r.warcHeader("WARC-Payload-Digest");
  const payload = digest ? (await sha256(r)) === digest : (await sha256(r), null);
  console.log(JSON.stringify({ version: r.warcHeaders.statusline, type: r.warcType, uri: r.warcTargetURI, status: r.httpHeaders?.statusCode ?? 0, block: blocks[n++], payload }));
}
