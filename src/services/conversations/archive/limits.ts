/** How much an archive may hold: it comes from anywhere. Sizes in bytes. */

const mebibyte = 1024 * 1024

export const limits = {
  /** Of a file as it is sent. */
  file: 2048 * mebibyte,
  /** Of what a zip file unpacks to. */
  unpacked: 2048 * mebibyte,
  /** A zip file that unpacks to more than so many times its size is a bomb; text packs to a tenth, rarely to a fiftieth. */
  unpackedRatio: 200,
  /** The ratio is not looked at before so much is unpacked. */
  unpackedUnsuspected: 64 * mebibyte,
  /** Of the JSON of one conversation. */
  conversation: 32 * mebibyte,
  /** Of what is around the conversations. */
  shell: 2 * mebibyte,
  /** How deep the JSON of one conversation may be nested. */
  depth: 200,
  /** Of messages in one conversation. */
  messages: 20_000,
  /** Of a title, in characters. */
  title: 200,
  /** How many different conversations of one id are kept beside each other. */
  copies: 20,
}
