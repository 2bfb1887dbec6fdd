// "Unduh jawaban darurat": what is kept here, encrypted so that only the server can read it.
// ECDH P-256 with a key pair of one use, HKDF-SHA-256, AES-256-GCM; merit.assessment.domain.emergency reads it.

const ABOUT = new TextEncoder().encode("merit-emergency-1");
const CURVE = { name: "ECDH", namedCurve: "P-256" };

/** Browsers give no cryptography to pages without TLS. */
export const canEncrypt = () => Boolean(globalThis.crypto?.subtle);

/** @param {ArrayBuffer | Uint8Array} bytes */
const base64 = (bytes) => btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(""));

/** @param {string} text */
const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/**
 * @param {{ id: string, point: string }} key the server's public key
 * @param {unknown} document
 */
export async function encrypt(key, document) {
  const subtle = crypto.subtle;
  const theirs = await subtle.importKey("raw", bytesOf(key.point), CURVE, false, []);
  const ours = await subtle.generateKey(CURVE, false, ["deriveBits"]);
  const secret = await subtle.deriveBits({ name: "ECDH", public: theirs }, ours.privateKey, 256);
  const point = new Uint8Array(await subtle.exportKey("raw", ours.publicKey));
  const source = await subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const cipher = await subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt: point, info: ABOUT }, source, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const body = await subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: ABOUT }, cipher, new TextEncoder().encode(JSON.stringify(document)));
  return JSON.stringify({ version: 1, key: key.id, point: base64(point), nonce: base64(nonce), body: base64(body) });
}

/** @param {string} text @param {string} name */
export function download(text, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
