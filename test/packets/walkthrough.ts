import { readFileSync } from 'node:fs';

/** The three packets of the walkthrough "Building a User Management Feature", letter by letter. */
const text = readFileSync(new URL('./fixtures/walkthrough-packets.txt', import.meta.url), 'utf8');

export const walkthroughPackets: ReadonlyMap<string, string> = new Map(
  text
    .split(/^(?=# Work Packet: )/m)
    .map((packet) => [/^# Work Packet: (.*)$/m.exec(packet)?.[1] ?? '', packet.trim()]),
);
